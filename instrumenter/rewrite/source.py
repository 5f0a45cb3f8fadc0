"""Users' source as bytes and text: encodings, newlines and tokens, nothing lost on the way."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from instrumenter.errors import RewriteError

_BOM = b"\xef\xbb\xbf"
# The three newlines that CPython's tokenizer knows; str.splitlines() knows many more (form feed, U+2028, ...).
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True)
class Source:
    """A file's text together with what is needed to turn it into the same bytes again."""

    text: str
    encoding: str
    bom: bytes = b""

    @classmethod
    def read(cls, data: bytes) -> Source:
        """Decode `data` as CPython would (PEP 263); raises `RewriteError` where that, or the way back, fails."""
        bom = _BOM if data.startswith(_BOM) else b""
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data[len(bom) :].decode("utf-8" if bom else encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            raise RewriteError("not-decodable", f"cannot be decoded: {_decoding_reason(error)}") from None
        source = cls(text, "utf-8" if bom else encoding, bom)
        if source.write(text) != data:
            raise RewriteError("not-decodable", f"is not the same again after decoding and encoding as {encoding}")
        return source

    def write(self, text: str) -> bytes:
        """Encode `text` the way this file was encoded."""
        return self.bom + text.encode(self.encoding)

    @cached_property
    def lines(self) -> list[str]:
        """Give the physical lines, each with its own terminator."""
        return [line for line in _LINE.findall(self.text) if line]

    @cached_property
    def starts(self) -> list[int]:
        """Give the offset in characters at which each line begins, and the length of the text."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """Give all tokens: twins are taken apart by them."""
        return list(self.read_tokens())

    def read_tokens(self) -> Iterator[tokenize.TokenInfo]:
        """Yield Python's tokens (rows from 1, columns in characters), every newline read as one newline character.

        All of them take as long as a fifth of LibCST's parse: originals are read only as far as is needed.
        """
        lines = iter([content(line) + ("\n" if terminator(line) else "") for line in self.lines])
        try:
            yield from tokenize.generate_tokens(lambda: next(lines, ""))
        except (tokenize.TokenError, SyntaxError) as error:
            raise RewriteError("does-not-parse", f"does not parse: {error.args[0]}", *_place(error)) from None

    def row(self, offset: int) -> int:
        """Give the row (from 1) of the character at `offset`."""
        return min(bisect_right(self.starts, offset), len(self.lines))

    def offset(self, place: tuple[int, int]) -> int:
        """Give the offset in characters of a token's place (row, column)."""
        return self.starts[place[0] - 1] + place[1]

    @cached_property
    def string_rows(self) -> frozenset[int]:
        """Give the rows that begin inside a string: their leading white space is the string's, not the file's."""
        return rows_within(_string_spans(self.tokens))


def rows_within(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Give the rows that begin inside one of these spans of first and last row."""
    return frozenset(row for first, last in spans for row in range(first + 1, last + 1))


def content(line: str) -> str:
    """Give a line without its terminator."""
    return line.rstrip("\r\n")


def leading_space(line: str) -> str:
    """Give the white space that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def terminator(line: str) -> str:
    """Give a line's terminator: a newline of any kind, or nothing at the end of the file."""
    return line[len(content(line)) :]


def _string_spans(tokens: list[tokenize.TokenInfo]) -> Iterator[tuple[int, int]]:
    """Give first and last row of every string; an f-string is one string, whatever stands in its braces.

    From Python 3.12 on f-strings come as several tokens (PEP 701); both ways give the same rows.
    """
    start = getattr(tokenize, "FSTRING_START", -1)
    end = getattr(tokenize, "FSTRING_END", -1)
    opened: list[int] = []
    for token in tokens:
        if token.type == tokenize.STRING:
            yield token.start[0], token.end[0]
        elif token.type == start:
            opened.append(token.start[0])
        elif token.type == end:
            yield opened.pop(), token.end[0]


def _decoding_reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        byte = f"byte {error.object[error.start]:#04x} at offset {error.start}"
        return f"{byte} is not {error.encoding}, and no coding cookie names another encoding"
    return str(error)


def _place(error: Exception) -> tuple[int | None, int | None]:
    """Give line and column (from 1) of a tokenizer's error."""
    if isinstance(error, SyntaxError):
        return error.lineno, error.offset
    line, column = error.args[1]
    return line, column + 1
