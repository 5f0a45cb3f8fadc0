"""The code inside an f-string, for Pythons before 3.12, to whose tokenizer an f-string is one string."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator

_BEGINNING = re.compile(r"(?P<prefix>[a-z]*)(?P<quotes>'''|\"\"\"|'|\")", re.IGNORECASE)
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_STRING = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\"", re.DOTALL)  # no backslashes in a field
_TWO = ("!=", "==", "<=", ">=")


def code_in(token: tokenize.TokenInfo) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens of the replacement fields of a string token, the braces around each field included.

    There are none in a string without fields. Raises `tokenize.TokenError` where a field is not what Python takes.
    """
    found = _BEGINNING.match(token.string)
    if found is None or "f" not in found["prefix"].lower():
        return
    end = len(token.string) - len(found["quotes"])
    yield from _Fields(token, "r" in found["prefix"].lower()).literal(found.end(), end, in_spec=False)


class _Fields:
    """Walks through the text of one f-string."""

    def __init__(self, token: tokenize.TokenInfo, raw: bool) -> None:
        self.token = token
        self.text = token.string
        self.raw = raw
        self.place = 0

    def literal(self, start: int, end: int, *, in_spec: bool) -> Iterator[tokenize.TokenInfo]:
        """Walk through text with fields in it; a format spec ends at its field's closing brace."""
        self.place = start
        while self.place < end:
            character = self.text[self.place]
            if self.text.startswith(r"\N{", self.place) and not self.raw:
                self.place = self.text.index("}", self.place) + 1
            elif character == "{" and self.text.startswith("{{", self.place) and not in_spec:
                self.place += 2
            elif character == "{":
                yield from self.field(end)
            elif character == "}" and in_spec:
                return
            else:
                self.place += 1

    def field(self, end: int) -> Iterator[tokenize.TokenInfo]:
        """Walk through one field, from its opening brace to behind its closing one."""
        yield self.brace()
        start = self.place
        self.skip_expression(end)
        yield from self.expression(start)
        while self.text[self.place : self.place + 1] not in ("}", ":", ""):
            self.place += 1  # = and the conversion
        if self.text.startswith(":", self.place):
            yield from self.literal(self.place + 1, end, in_spec=True)
        if not self.text.startswith("}", self.place):
            raise tokenize.TokenError("f-string: expecting '}'", self.token.start)
        yield self.brace()

    def skip_expression(self, end: int) -> None:
        opened: list[str] = []
        while self.place < end:
            character = self.text[self.place]
            if character in "'\"":
                string = _STRING.match(self.text, self.place)
                self.place = string.end() if string else end
                continue
            if not opened and self.text[self.place : self.place + 2] in _TWO:
                self.place += 2
                continue
            if not opened and character in "!:}=":
                return
            if character in _CLOSERS:
                opened.append(_CLOSERS[character])
            elif opened and character == opened[-1]:
                opened.pop()
            self.place += 1

    def brace(self) -> tokenize.TokenInfo:
        start, end = self.position(self.place), self.position(self.place + 1)
        token = tokenize.TokenInfo(tokenize.OP, self.text[self.place], start, end, self.token.line)
        self.place += 1
        return token

    def expression(self, start: int) -> Iterator[tokenize.TokenInfo]:
        """Give the tokens of the expression from `start` to the current place; parentheses let it have newlines."""
        lines = iter(f"({self.text[start : self.place]})".splitlines(keepends=True))
        row, column = self.position(start)
        tokens = list(tokenize.generate_tokens(lambda: next(lines, "")))
        closing = max((i for i, token in enumerate(tokens) if token.string == ")"), default=0)
        for token in tokens[1:closing]:
            moved = token._replace(
                start=_moved(token.start, row, column), end=_moved(token.end, row, column), line=self.token.line
            )
            yield moved
            if token.type == tokenize.STRING:
                yield from code_in(moved)

    def position(self, place: int) -> tuple[int, int]:
        """Give row and column of a place in the string."""
        row = self.text.count("\n", 0, place)
        if row == 0:
            return self.token.start[0], self.token.start[1] + place
        return self.token.start[0] + row, place - self.text.rindex("\n", 0, place) - 1


def _moved(place: tuple[int, int], row: int, column: int) -> tuple[int, int]:
    """Move a place in the text with a parenthesis before it to where the text stands."""
    return (row, column + place[1] - 1) if place[0] == 1 else (row + place[0] - 1, place[1])
