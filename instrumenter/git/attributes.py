"""Our lines in `.git/info/attributes`, which belongs to the repository's user.

They come first, so that the user's own lines below count more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from instrumenter.errors import UsageError

NAME = "spanwright"
SUFFIXES = (b".py", b".pyw")
PATTERNS = tuple(b"*" + suffix for suffix in SUFFIXES)
_BEGIN = b"# begin spanwright: git sees originals; taken out by instrument --no-git-filter\n"
_END = b"# end spanwright\n"
_BOM = b"\xef\xbb\xbf"
_SPECIAL = re.compile(rb"[][*?\\]")


def put_in(before: bytes, others: Iterable[bytes], exempt: Iterable[bytes]) -> bytes:
    """Return the file with our lines: for Python files, for `others` by name, then the exemptions."""
    bom, rest = (_BOM, before[len(_BOM) :]) if before.startswith(_BOM) else (b"", before)
    lines = [b"%b filter=%b\n" % (pattern, NAME.encode()) for pattern in (*PATTERNS, *map(_pattern, others))]
    lines += [line + b"\n" for line in exempt]
    return b"".join([bom, _BEGIN, *lines, _END, rest])


def take_out(data: bytes) -> bytes:
    """Return the file without our lines; UsageError where their end is missing."""
    before, begin, after = data.partition(_BEGIN)
    if not begin:
        return data
    _, end, rest = after.partition(_END)
    if not end:
        raise UsageError(
            "attributes-changed",
            f"info/attributes of this repository has the line {_BEGIN.decode().strip()!r} and not the one that ends "
            f"what was put in, {_END.decode().strip()!r}; take these lines out by hand",
        )
    return before + rest


def are_in(data: bytes) -> bool:
    """Say whether our lines are there."""
    return _BEGIN in data


def exemption(name: bytes) -> bytes:
    """Return the line that exempts a file."""
    return _pattern(name) + b" -filter"


def exemptions(data: bytes) -> list[bytes]:
    """Return the lines of ours that exempt files."""
    ours = data.partition(_BEGIN)[2].partition(_END)[0]
    return [line for line in ours.splitlines() if line.endswith(b" -filter")]


def _pattern(name: bytes) -> bytes:
    """Return the pattern that means one file, quoted as C strings are."""
    escaped = _SPECIAL.sub(lambda found: b"\\" + found[0], b"/" + name)
    quoted = b"".join(_quoted(byte) for byte in escaped)
    return b'"' + quoted + b'"'


def _quoted(byte: int) -> bytes:
    if byte in b'"\\':
        return b"\\%c" % byte
    return b"%c" % byte if byte >= 0x20 else b"\\%03o" % byte
