"""Insertions into a text, and the map from places of the result back to places of the original."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from instrumenter.rewrite.source import Source

_NEWLINE = re.compile(r"\r\n|\r|\n")


class Layer(IntEnum):
    """What comes first where several insertions meet at one offset."""

    HEADER = 0  # the twin's header line
    CLOSE = 1  # the end of a wrapped expression
    AFTER = 2  # what follows a statement on its line
    TAIL = 3  # the lines that end a function
    INDENT = 4
    OPEN_BLOCK = 5  # what begins a function or a block
    BEFORE = 6  # what precedes a statement on its line
    OPEN = 7  # the beginning of a wrapped expression


class Insert(NamedTuple):
    """Text to put in before the character at `offset`; `rank` orders what meets in one layer.

    Debuggers and tracebacks show the text at `shown`, an offset of the original, where that is not where it stands.
    """

    offset: int
    layer: Layer
    rank: tuple[int, ...]
    text: str
    shown: int | None = None


def apply(text: str, inserts: list[Insert]) -> str:
    """Put all of `inserts`, which are sorted, into `text`."""
    pieces: list[str] = []
    done = 0
    for insert in inserts:
        pieces += (text[done : insert.offset], insert.text)
        done = insert.offset
    return "".join([*pieces, text[done:]])


def position_map(source: Source, inserts: list[Insert]) -> bytes:
    """Encode where each place of the twin was in the original: `docs/site-table.md`, the `.map` file."""
    entries = list(_entries(source, inserts))
    out = bytearray(b"SWMAP1\n")
    _unsigned(out, len(entries))
    previous = 0
    for line, column, kind, first, second in entries:
        _unsigned(out, line - previous)
        _unsigned(out, column)
        out.append(kind)
        _signed(out, first)
        _signed(out, second)
        previous = line
    return bytes(out)


@dataclass
class _Place:
    """A place in the twin while walking through it: line from 1, column from 0 in UTF-8 bytes."""

    line: int = 1
    column: int = 0

    def pass_over(self, extent: tuple[int, int]) -> None:
        newlines, column = extent
        self.line += newlines
        self.column = column if newlines else self.column + column


def _extent(text: str) -> tuple[int, int]:
    """Give how many newlines a text has, and the bytes behind the last one."""
    newlines = 0
    if "\n" in text or "\r" in text:
        found = list(_NEWLINE.finditer(text))
        newlines, text = len(found), text[found[-1].end() :]
    return newlines, len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _place_of(source: Source, offset: int) -> _Place:
    row = source.row(offset)
    before = source.text[source.starts[row - 1] : offset]
    return _Place(row, len(before.encode("utf-8", "surrogatepass")))


def _entries(source: Source, inserts: list[Insert]) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield (twin line, twin column, kind, ...): a fixed one for inserted code, a shift for what follows it."""
    twin, original = _Place(), _Place()
    done = 0
    for insert in inserts:
        between = _extent(source.text[done : insert.offset])
        twin.pass_over(between)
        original.pass_over(between)
        done = insert.offset
        if insert.layer is not Layer.INDENT:
            shown = original if insert.shown is None else _place_of(source, insert.shown)
            yield twin.line, twin.column, 1, shown.line, shown.column
        twin.pass_over(_extent(insert.text))
        yield twin.line, twin.column, 0, twin.line - original.line, twin.column - original.column


def _unsigned(out: bytearray, number: int) -> None:
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)


def _signed(out: bytearray, number: int) -> None:
    _unsigned(out, number << 1 if number >= 0 else (-number << 1) - 1)
