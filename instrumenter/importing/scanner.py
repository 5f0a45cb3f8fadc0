"""Takes large JSON apart value by value, without reading it whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TextIO

_PIECE = 1 << 20
_DECODER = json.JSONDecoder(parse_float=Decimal)
_SPACE = " \t\r\n"


class Scanner:
    """A JSON text, read from the front. Raises ValueError where it is no JSON, or ends too soon."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False

    def _more(self) -> bool:
        """Read on, the more the longer what is waiting is; whether there was anything."""
        piece = self._file.read(max(_PIECE, len(self._text) - self._at))
        self._text, self._at = self._text[self._at :] + piece, 0
        self._ended = not piece
        return bool(piece)

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> bool:
        """Pass over a character if it is next."""
        found = self.peek() == wanted
        self._at += found
        return found

    def expect(self, wanted: str) -> None:
        """Pass over a character, which must be next."""
        if not self.take(wanted):
            raise ValueError(f"{wanted!r} was expected and {self.peek() or 'the end'!r} is there")

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """The next value; numbers with fractions are decimal."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            size = end - self._at
            if end < len(self._text) or not self._more():  # a number at the very end may go on
                self._at += size
                return found

    def items(self) -> Iterator[Any]:
        """The items of an array, one after another; viewers take one that is not closed, too."""
        self.expect("[")
        while self.peek() not in ("]", ""):
            yield self.value()
            if not self.take(","):
                break
        if self.peek():
            self.expect("]")

    def members(self) -> Iterator[str]:
        """The keys of an object; the value of each must be taken before the next."""
        self.expect("{")
        while self.peek() != "}":
            key = self.value()
            self.expect(":")
            yield str(key)
            if not self.take(","):
                break
        self.expect("}")
