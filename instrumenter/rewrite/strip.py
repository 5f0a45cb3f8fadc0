"""The inverse: take what was put in out of a twin, edited or not, and leave everything else as it is.

Works on tokens, so that an edit anywhere outside the inserted text is kept. Every inserted piece has a form that the
author's code cannot have, since its names begin with the prefix that the header names and the original did not use.
"""

from __future__ import annotations

import tokenize
from collections.abc import Callable
from dataclasses import dataclass

from instrumenter.errors import RewriteError
from instrumenter.rewrite import header
from instrumenter.rewrite.layout import leading_space
from instrumenter.rewrite.source import Source, terminator

_LAYOUT = {tokenize.NL, tokenize.COMMENT}
_OPENERS = {"enter", "enter_m", "gen", "gen_m", "co", "co_m", "agen", "agen_m"}
_TAILS = {"fail", "error", "flag"}
_WRAPPERS = {"ret", "val", "pause", "resume", "from"}


def strip(twin: bytes) -> bytes:
    """Give the original of a twin; raises `RewriteError` where something inserted is not as it was put in."""
    source = Source.read(twin)
    stripper = _Stripper(source)
    return source.write(stripper.run())


@dataclass(frozen=True)
class _Block:
    """A function's opening lines: where they were and what they indent."""

    row: int  # the last row of the opening lines
    indent: str
    unit: str  # empty where nothing was indented


class _Stripper:
    """Collects the spans of text to take out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.spans: list[tuple[int, int]] = []
        self.blocks: list[_Block] = []
        self.done: set[int] = set()  # indices of tokens that a larger piece accounted for
        self.taken_rows: set[int] = set()  # rows that were put in, or whose beginning was
        row, self.prefix = self._header_row()
        self.tokens = [token for token in source.tokens if token.type not in _LAYOUT]
        self._cut(source.starts[row - 1], source.starts[row])
        self.done |= {i for i, token in enumerate(self.tokens) if token.start[0] == row}

    def run(self) -> str:
        """Find all pieces and give the text without them."""
        handlers: dict[str, Callable[[int], bool]] = {self.prefix + "s": self._handle}
        handlers |= dict.fromkeys((self.prefix + word for word in _OPENERS), self._opener)
        handlers |= dict.fromkeys((self.prefix + word for word in _TAILS), self._tail)
        handlers |= dict.fromkeys((self.prefix + word for word in _WRAPPERS), self._wrapper)
        for i, token in enumerate(self.tokens):
            if token.type == tokenize.NAME and token.string.startswith(self.prefix) and i not in self.done:
                handler = handlers.get(token.string)
                if handler is None or not handler(i):
                    raise self._unexpected(i)
        if self.blocks:
            raise RewriteError("cannot-strip", "the end of an instrumented function is missing", self.blocks[-1].row)
        return self._rest()

    def _rest(self) -> str:
        pieces, place = [], 0
        for start, end in sorted(self.spans):
            if start < place:
                raise RewriteError("cannot-strip", "inserted pieces overlap", self.source.row(start))
            pieces.append(self.source.text[place:start])
            place = end
        return "".join([*pieces, self.source.text[place:]])

    def _header_row(self) -> tuple[int, str]:
        for row, line in enumerate(self.source.lines, 1):
            if line.startswith("from spanwright") and (found := header.parse(line.rstrip("\r\n"))):
                return row, found.prefix
        raise RewriteError("not-a-twin", "has no header of Spanwright's, so there is nothing to take out")

    # --- the pieces

    def _opener(self, i: int) -> bool:
        """`try: enter(...)` in its three layouts, or `s = gen(...)` and the `try:` after it."""
        end = self._closing(i + 1)
        if self._strings(i - 2, 2) == [self.prefix + "s", "="]:
            return self._handle_opener(i - 2, end)
        if self._strings(i - 2, 2) == ["try", ":"]:  # the body on one line
            self._take_lines(i - 2, end + 1, inline=True)
            self.blocks.append(_Block(self.tokens[i].start[0], "", ""))
            return self._strings(end + 1, 1) == [";"]
        if self._kinds(i - 2, 2) != [tokenize.NEWLINE, tokenize.INDENT] or self._strings(i - 4, 2) != ["try", ":"]:
            return False
        midline = self._strings(end + 1, 1) == [";"]
        self._take_lines(i - 4, end + 1 if midline else end, inline=midline)
        self._begin_block(self.tokens[i - 4], self.tokens[i - 1].string, self.tokens[end].end[0])
        return True

    def _handle_opener(self, first: int, end: int) -> bool:
        """`s = gen(...)`, newline, `try:` and what follows it."""
        after = end + 4  # the token behind `try :`
        if self._kinds(end + 1, 1) != [tokenize.NEWLINE] or self._strings(end + 2, 2) != ["try", ":"]:
            return False
        if self._kinds(after, 1) != [tokenize.NEWLINE]:  # the body on one line
            self._take_lines(first, end + 3, inline=True)
            self.blocks.append(_Block(self.tokens[after].start[0], "", ""))
            return True
        last = end + 3
        resume = after + 2
        midline = self._strings(resume, 5) == [self.prefix + "resume", "(", self.prefix + "s", ")", ";"]
        # Directly behind the opening, `resume(s); ` is what begins a block whose first statement followed a docstring.
        follows_docstring = midline and self.tokens[first - 2].string == ";"
        self._take_lines(first, resume + 4 if follows_docstring else last, inline=follows_docstring)
        row = self.tokens[resume].start[0] if follows_docstring else self.tokens[last].end[0]
        self._begin_block(self.tokens[first], self.tokens[after + 1].string, row)
        return True

    def _begin_block(self, outer: tokenize.TokenInfo, inner_indent: str, row: int) -> None:
        indent = leading_space(outer.line)
        if not inner_indent.startswith(indent):
            raise RewriteError("cannot-strip", "the indentation of an instrumented function was changed", row)
        self.blocks.append(_Block(row, indent, inner_indent[len(indent) :]))

    def _tail(self, i: int) -> bool:
        """`except: fail(...); raise`, and the `else:` and `finally:` after it."""
        end = self._closing(i + 1)
        if self._strings(i - 2, 2) != ["except", ":"] or self._strings(end + 1, 2) != [";", "raise"] or not self.blocks:
            return False
        self._end_block(self.blocks.pop(), self.tokens[i].start[0])
        self._take_lines(i - 2, end + 2)
        place = end + 4
        for keyword, word in (("else", "ret"), ("else", "val"), ("finally", "exit")):
            if self._strings(place, 3) == [keyword, ":", self.prefix + word]:
                end = self._closing(place + 3)
                self._take_lines(place, end)
                place = end + 2
        return True

    def _end_block(self, block: _Block, row: int) -> None:
        deeper = block.indent + block.unit
        untouched = self.taken_rows | self.source.string_rows
        for inside in range(block.row + 1, row) if block.unit else ():
            line = self.source.lines[inside - 1]
            if inside not in untouched and line.startswith(deeper) and line.strip():
                start = self.source.starts[inside - 1] + len(block.indent)
                self._cut(start, start + len(block.unit))

    def _handle(self, i: int) -> bool:
        """`, s` behind the last context manager of a `with`; the opener that assigns to `s` comes right after it."""
        if self._strings(i + 1, 1) == ["="]:
            return True
        if self._strings(i - 1, 1) != [","] or self._strings(i + 1, 1)[0] not in (":", ",", ")"):
            return False
        self._cut(self._start(i - 1), self._end(i))
        return True

    def _wrapper(self, i: int) -> bool:
        """`ret(value)` and its like, `(ret)(value)`, and the forms that stand alone."""
        in_parens = self._strings(i - 1, 1) == ["("] and self._strings(i + 1, 2) == [")", "("]
        opening = i + 2 if in_parens else i + 1
        closing = self._closing(opening)
        value = opening + 1
        handle = self._strings(value, 1) == [self.prefix + "s"]
        if handle:
            self.done.add(value)
            value += 1
        if value == closing:
            return self._alone(i, closing)
        if handle:
            value += 1  # the comma
        start = self._start(i - 1) if in_parens else self._start(i)
        self._take_wrapper(start, value, closing, doubled=self.tokens[i].string == self.prefix + "resume")
        return True

    def _take_wrapper(self, start: int, value: int, closing: int, *, doubled: bool) -> None:
        """Cut from `start` to the value and what closes it: `)`, `))` around a yield, `),)` around a bare tuple."""
        if self._strings(closing - 1, 1) == [","] and self._closing(value) == closing - 2:
            self._cut(start, self._end(value))
            self._cut(self._start(closing - 2), self._end(closing))
        elif doubled:
            self._cut(start, self._end(value))
            self._cut(self._start(closing - 1), self._end(closing))
        else:
            self._cut(start, self._start(value))
            self._cut(self._start(closing), self._end(closing))

    def _alone(self, i: int, closing: int) -> bool:
        """` ret()` and ` pause(s)` after a bare return or yield; `resume(s)` at the beginning of a block."""
        if self.tokens[i].string != self.prefix + "resume":
            self._cut(self._start(i) - 1, self._end(closing))
        elif self._strings(closing + 1, 1) == [";"]:
            self._take_lines(i, closing + 1, inline=True, keep_line=True)
        else:
            self._take_lines(i, closing)
        return True

    # --- cutting

    def _cut(self, start: int, end: int) -> None:
        self.spans.append((start, end))

    def _take_lines(self, first: int, last: int, *, inline: bool = False, keep_line: bool = False) -> None:
        """Cut lines that were put in, with the newline before them; `inline`: the author's code follows."""
        self.done |= set(range(first, last + 1))
        start, end = self._start(first), self._end(last)
        if not keep_line:
            row = self.tokens[first].start[0]
            self.taken_rows |= set(range(row, self.tokens[last].end[0] + 1))
            start = self.source.starts[row - 1] - len(terminator(self.source.lines[row - 2]))
        if inline:
            end += 1
        elif self.source.text[end : end + 1] not in ("", "\r", "\n"):
            raise self._unexpected(last)
        self._cut(start, end)

    # --- looking around

    def _start(self, i: int) -> int:
        return self.source.offset(self.tokens[i].start)

    def _end(self, i: int) -> int:
        return self.source.offset(self.tokens[i].end)

    def _strings(self, first: int, count: int) -> list[str]:
        return [token.string for token in self.tokens[max(first, 0) : first + count]]

    def _kinds(self, first: int, count: int) -> list[int]:
        return [token.type for token in self.tokens[max(first, 0) : first + count]]

    def _closing(self, i: int) -> int:
        """Give the index of the parenthesis that closes the one at `i`; -1 where there is none at `i`."""
        if self._strings(i, 1) != ["("]:
            return -1
        depth = 0
        for j in range(i, len(self.tokens)):
            if self.tokens[j].type == tokenize.OP:
                depth += (self.tokens[j].string in "([{") - (self.tokens[j].string in ")]}")
                if depth == 0:
                    return j
        raise self._unexpected(i)

    def _unexpected(self, i: int) -> RewriteError:
        token = self.tokens[i]
        message = f"what was put in here was changed: {token.line.strip()!r}"
        return RewriteError("cannot-strip", message, token.start[0], token.start[1] + 1)
