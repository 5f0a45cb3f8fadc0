"""Cutting inserted pieces out of a twin's text: its tokens, and the spans that are to go."""

from __future__ import annotations

import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from instrumenter.errors import RewriteError
from instrumenter.rewrite import header
from instrumenter.rewrite.fields import code_in
from instrumenter.rewrite.source import Source, terminator

_LAYOUT = {tokenize.NL, tokenize.COMMENT}


@dataclass(frozen=True)
class Block:
    """A function's opening lines: where they were and what they indent."""

    row: int  # the last row of the opening lines
    indent: str
    unit: str  # empty where nothing was indented


class Cutter:
    """Collects the spans of text to take out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.spans: list[tuple[int, int]] = []
        self.blocks: list[Block] = []
        self.done: set[int] = set()  # indices of tokens that a larger piece accounted for
        self.taken_rows: set[int] = set()  # rows that were put in, or whose beginning was
        row, found = self._header()
        self.header_row = row
        self.prefix, self.level = found.prefix, found.level
        self.tokens = list(self._tokens())
        self.cut(source.starts[row - 1], source.starts[row])
        self.done |= {i for i, token in enumerate(self.tokens) if token.start[0] == row}

    def _tokens(self) -> Iterator[tokenize.TokenInfo]:
        """Give what is more than layout; before Python 3.12 also the code in f-strings, each behind its string."""
        for token in self.source.tokens:
            if token.type not in _LAYOUT:
                yield token
                if token.type == tokenize.STRING and self.prefix in token.string:
                    yield from self._fields(token)

    def _fields(self, token: tokenize.TokenInfo) -> Iterator[tokenize.TokenInfo]:
        try:
            yield from code_in(token)
        except (tokenize.TokenError, SyntaxError) as error:
            row, column = token.start
            raise RewriteError("does-not-parse", f"does not parse: {error.args[0]}", row, column + 1) from None

    def rest(self) -> str:
        """Give the text without what was cut."""
        pieces, place = [], 0
        for start, end in sorted(self.spans):
            if start < place:
                raise RewriteError("cannot-strip", "inserted pieces overlap", self.source.row(start))
            pieces.append(self.source.text[place:start])
            place = end
        return "".join([*pieces, self.source.text[place:]])

    def check_header(self) -> None:
        """Raise `RewriteError` where an author has written something into the header."""
        line = self.source.lines[self.header_row - 1].rstrip("\r\n")
        if not header.is_as_made(line):
            raise RewriteError("cannot-strip", f"what was put in here was changed: {line!r}", self.header_row)

    def check_comments(self) -> None:
        """Raise `RewriteError` where an author has written a comment into what is cut."""
        comments = [token for token in self.source.tokens if token.type == tokenize.COMMENT]
        places = [self.source.offset(token.start) for token in comments]
        for start, end in self.spans:
            for token in comments[bisect_left(places, start) : bisect_left(places, end)]:
                if token.start[0] != self.header_row:
                    message = f"somebody wrote this into what was put in: {token.string!r}"
                    raise RewriteError("cannot-strip", message, token.start[0], token.start[1] + 1)

    def _header(self) -> tuple[int, header.Header]:
        for row, line in enumerate(self.source.lines, 1):
            if line.startswith("from spanwright") and (found := header.parse(line.rstrip("\r\n"))):
                return row, found
        raise RewriteError("not-a-twin", "has no header of Spanwright's, so there is nothing to take out")

    def cut(self, start: int, end: int) -> None:
        """Take out the text from `start` to `end`."""
        self.spans.append((start, end))

    def take_lines(self, first: int, last: int, *, inline: bool = False, keep_line: bool = False) -> None:
        """Cut lines that were put in, with the newline before them; `inline`: the author's code follows."""
        self.done |= set(range(first, last + 1))
        start, end = self.start(first), self.end(last)
        if not keep_line:
            row = self.tokens[first].start[0]
            self.taken_rows |= set(range(row, self.tokens[last].end[0] + 1))
            if self.source.text[self.source.starts[row - 1] : start].strip():
                raise self.unexpected(first)
            start = self.source.starts[row - 1] - len(terminator(self.source.lines[row - 2]))
        if inline:
            end += 1
            if self.source.text[end - 1] != " ":
                raise self.unexpected(last)
        elif self.source.text[end : end + 1] not in ("", "\r", "\n"):
            raise self.unexpected(last)
        self.cut(start, end)

    def start(self, i: int) -> int:
        """Give the offset at which a token begins."""
        return self.source.offset(self.tokens[i].start)

    def end(self, i: int) -> int:
        """Give the offset at which a token ends."""
        return self.source.offset(self.tokens[i].end)

    def strings(self, first: int, count: int) -> list[str]:
        """Give the texts of `count` tokens."""
        return [token.string for token in self.tokens[max(first, 0) : first + count]]

    def kinds(self, first: int, count: int) -> list[int]:
        """Give the types of `count` tokens."""
        return [token.type for token in self.tokens[max(first, 0) : first + count]]

    def closing(self, i: int) -> int:
        """Give the index of the parenthesis that closes the one at `i`; -1 where there is none at `i`."""
        if self.strings(i, 1) != ["("]:
            return -1
        if i not in self._closings:
            raise self.unexpected(i)
        return self._closings[i]

    def comma(self, first: int, closing: int) -> int:
        """Give the index of the comma behind the expression that begins at `first`, else that of what closes it."""
        lambdas, i = 0, first
        while i < closing:
            string = self.tokens[i].string if self.tokens[i].type in (tokenize.OP, tokenize.NAME) else ""
            if string == "lambda":
                lambdas += 1
            elif string == ":" and lambdas:
                lambdas -= 1
            elif string == "," and not lambdas:
                return i
            i = self._closings.get(i, i) + 1
        return closing

    @cached_property
    def _closings(self) -> dict[int, int]:
        closings: dict[int, int] = {}
        opened: list[int] = []
        for i, token in enumerate(self.tokens):
            if token.type == tokenize.OP:
                if token.string in "([{":
                    opened.append(i)
                elif token.string in ")]}" and opened:
                    closings[opened.pop()] = i
        return closings

    def unexpected(self, i: int) -> RewriteError:
        """Give the error to raise where a piece is not as it was put in."""
        token = self.tokens[i]
        message = f"what was put in here was changed: {token.line.strip()!r}"
        return RewriteError("cannot-strip", message, token.start[0], token.start[1] + 1)
