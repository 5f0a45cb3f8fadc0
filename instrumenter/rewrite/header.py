"""The one line at the top of a twin that binds its probes, and by which it is known to be one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

ABI = 2
_PREFIX = "_sw_"
_LINE = re.compile(
    r"from spanwright import probes as (?P<prefix>_sw[0-9a-f]*_); .* = (?P=prefix)\(__name__, "
    r'"(?P<name>[\w.+-]*)@(?P<id>[0-9a-f]{16})", (?P<abi>\d+), (?P<sites>\d+), "(?P<words>[a-z_ ]+)"\)'
    r"(?:  # instrumented, level (?P<level>\d); .*)?",
    re.ASCII,
)
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
        f"  # instrumented, level {level}; the original comes back with: uninstrument --restore"
    )


def parse(line: str) -> Header | None:
    """Read one line (without terminator); None where it is no header."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    level = int(found["level"] or 0)
    return Header(found["name"], found["id"], int(found["abi"]), int(found["sites"]), level, found["prefix"])


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
