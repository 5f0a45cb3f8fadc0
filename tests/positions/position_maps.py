"""Twins by plain insertion, with their position maps, written from `docs/site-table.md` alone.

The rewriter has an encoder of its own; this one checks the reader without it, and also serves Python 3.10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Insert(NamedTuple):
    """Text to put in before the byte at `offset`; `blank` for white space within a line, which needs no fixed entry."""

    offset: int
    text: bytes
    blank: bool = False


class Entry(NamedTuple):
    line: int
    column: int
    kind: int
    first: int
    second: int


def apply(original: bytes, inserts: Iterable[Insert]) -> tuple[bytes, bytes]:
    """Give the twin and its map."""
    inserts = sorted(inserts)
    twin, done = b"", 0
    for insert in inserts:
        twin += original[done : insert.offset] + insert.text
        done = insert.offset
    return twin + original[done:], encode(entries(original, inserts))


def entries(original: bytes, inserts: Iterable[Insert]) -> Iterator[Entry]:
    twin = b""
    done = 0
    for insert in inserts:
        twin += original[done : insert.offset]
        done = insert.offset
        there = _place(original[:done])
        if not insert.blank:
            yield Entry(*_place(twin), 1, *there)
        twin += insert.text
        line, column = _place(twin)
        yield Entry(line, column, 0, line - there[0], column - there[1])


def encode(rows: Iterable[Entry]) -> bytes:
    rows = list(rows)
    out = bytearray(b"SWMAP1\n") + number(len(rows))
    before = 0
    for row in rows:
        out += number(max(row.line - before, 0)) + number(row.column) + bytes([row.kind])
        out += signed(row.first) + signed(row.second)
        before = row.line
    return bytes(out)


def number(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + number(rest) if rest else bytes([low])


def signed(value: int) -> bytes:
    return number(value * 2 if value >= 0 else -value * 2 - 1)


def _place(text: bytes) -> tuple[int, int]:
    return text.count(b"\n") + 1, len(text) - (text.rfind(b"\n") + 1)
