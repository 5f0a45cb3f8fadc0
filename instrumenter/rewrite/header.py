"""The one line at the top of a twin that binds its probes, and by which it is known to be one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

ABI = 2
_PREFIX = "_sw_"
_LINE = re.compile(
    r"from spanwright import probes as (?P<prefix>_sw[0-9a-f]*_); (?P<names>.*) = (?P=prefix)\(__name__, "
    r'"(?P<name>[\w.+-]*)@(?P<id>[0-9a-f]{16})", (?P<abi>\d+), (?P<sites>\d+), "(?P<words>[a-z_ ]+)"\)'
    r"(?P<comment>  # instrumented, level (?P<level>\d); .*)?",
    re.ASCII,
)
_IMPORT = r"(?:fromspanwrightimportprobesas{0};?)"
_BINDING = (
    r"(?:(?P<names>\(?[\w,]+\)?)={0}\(__name__,[\"'][\w.+-]*@[0-9a-f]{{16}}[\"'],\d+,\d+,"
    r"[\"'](?P<words>[a-z_ ]+)[\"']\))"
)
_LEVEL_AT = len("# instrumented, level ")
_START = b"from spanwright import probes as _sw"


@dataclass(frozen=True)
class Header:
    """What a twin's header line says."""

    name: str
    id: str
    abi: int
    sites: int
    level: int
    prefix: str


def twin_id(original: bytes, dial: str, name: str) -> str:
    """Give the id of `original`'s twin with this dial in a file of this (safe) name (`docs/site-table.md`)."""
    return hashlib.sha256(f"spanwright 2 level {dial} name {name}\n".encode() + original).hexdigest()[:16]


def safe_name(file_name: str) -> str:
    """Give a file's name without its folder, in characters that need no care in any encoding."""
    return re.sub(r"[^\w.+-]", "_", PurePath(file_name).name, flags=re.ASCII)


def choose_prefix(text: str, original: bytes) -> str:
    """Give what all inserted names begin with: `_sw_`, unless the file has that somewhere already."""
    prefix, salt = _PREFIX, 0
    while prefix in text:
        digest = hashlib.sha256(f"{salt}\n".encode() + original).hexdigest()
        prefix, salt = f"_sw{digest[:6]}_", salt + 1
    return prefix


def render(name: str, twin: str, sites: int, level: int, prefix: str, words: list[str]) -> str:
    """Give the header line, in ASCII and without a terminator; `name` is a safe one."""
    names = ", ".join(prefix + word for word in words)
    return (
        f"from spanwright import probes as {prefix}; {names} = "
        f'{prefix}(__name__, "{name}@{twin}", {ABI}, {sites}, "{" ".join(words)}")'
        f"  {_comment(level)}"
    )


def _comment(level: int | str) -> str:
    return f"# instrumented, level {level}; the original comes back with: uninstrument --restore"


def parse(line: str) -> Header | None:
    """Read one line (without terminator); None where it is no header."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    level = int(found["level"] or 0)
    return Header(found["name"], found["id"], int(found["abi"]), int(found["sites"]), level, found["prefix"])


def is_as_made(line: str) -> bool:
    """Say whether nobody has written anything into a header."""
    found = _LINE.fullmatch(line)
    return found is not None and _are_as_made(found) and found["comment"] in (None, f"  {_comment(found['level'])}")


def are_as_made(statements: str, prefix: str, comments: list[str]) -> bool:
    """Say the same of what a formatter has made of one, or of a part of it: tokens without space, and comments."""
    found = re.fullmatch(_IMPORT.format(prefix) + "?" + _BINDING.format(prefix) + "?", statements, re.ASCII)
    has_comments = all(comment == _comment(comment[_LEVEL_AT : _LEVEL_AT + 1]) for comment in comments)
    return found is not None and has_comments and (found["words"] is None or _are_as_made(found, prefix))


def _are_as_made(found: re.Match[str], prefix: str = "") -> bool:
    names = [name.strip() for name in found["names"].strip("()").split(",")]
    return names == [(prefix or found["prefix"]) + word for word in found["words"].split()]


def read_header(source: bytes) -> Header | None:
    """Find the header in a file's bytes; None where they are no twin's."""
    place = 0
    while (place := source.find(_START, place)) >= 0:
        end = min((e for e in (source.find(b"\n", place), source.find(b"\r", place)) if e >= 0), default=len(source))
        begins_line = place == 0 or source[place - 1 : place] in (b"\n", b"\r") or source[:place] == b"\xef\xbb\xbf"
        if begins_line and (header := parse(source[place:end].decode("ascii", "replace"))):
            return header
        place = end
    return None
