"""The inverse: take what was put in out of a twin, edited or not, and leave everything else as it is.

Works on tokens, so that an edit anywhere outside the inserted text is kept. Every inserted piece has a form that the
author's code cannot have, since its names begin with the prefix that the header names and the original did not use.
"""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Collection

from instrumenter.errors import RewriteError
from instrumenter.rewrite.arguments import Arguments, Piece
from instrumenter.rewrite.cutter import Block, Cutter
from instrumenter.rewrite.source import Source, leading_space
from instrumenter.rewrite.strip_calls import call_handlers
from instrumenter.rewrite.strip_statements import statement_handlers

_OPENERS = {"enter", "enter_m", "gen", "gen_m", "co", "co_m", "agen", "agen_m"}
_TAILS = {"fail", "error", "flag"}
_WRAPPERS = {"ret", "val", "pause", "resume", "from"}


def strip(twin: bytes, known: Collection[Piece] | None = None) -> bytes:
    """Give the original of a twin; raises `RewriteError` where something inserted is not as it was put in.

    Of a twin that may have been edited, `known` are the pieces that are not to be taken for the author's.
    """
    source = Source.read(twin)
    stripper = _Stripper(source)
    if known is not None:
        stripper.check_header()
        Arguments(stripper, known).check()
    text = stripper.run()
    if known is not None:
        stripper.check_comments()
    return source.write(text)


def pieces_of(twin: bytes) -> set[Piece]:
    """Give the pieces with names that a twin is made of."""
    arguments = Arguments(_Stripper(Source.read(twin)))
    list(arguments.doubtful())
    return arguments.pieces


class _Stripper(Cutter):
    """Knows what each inserted piece looks like."""

    def run(self) -> str:
        """Find all pieces and give the text without them."""
        handlers: dict[str, Callable[[int], bool]] = {self.prefix + "s": self._handle}
        handlers |= dict.fromkeys((self.prefix + word for word in _OPENERS), self._opener)
        handlers |= dict.fromkeys((self.prefix + word for word in _TAILS), self._tail)
        handlers |= dict.fromkeys((self.prefix + word for word in _WRAPPERS), self._wrapper)
        handlers |= {self.prefix + word: handler for word, handler in call_handlers(self).items()}
        handlers |= {self.prefix + word: handler for word, handler in statement_handlers(self).items()}
        for i, token in enumerate(self.tokens):
            if token.type == tokenize.NAME and token.string.startswith(self.prefix) and i not in self.done:
                handler = handlers.get(token.string)
                if handler is None or not handler(i):
                    raise self.unexpected(i)
        if self.blocks:
            raise RewriteError("cannot-strip", "the end of an instrumented function is missing", self.blocks[-1].row)
        return self.rest()

    # --- the pieces

    def _opener(self, i: int) -> bool:
        """`try: enter(...)` in its three layouts, or `s = gen(...)` and the `try:` after it."""
        end = self.closing(i + 1)
        if self.strings(end + 1, 2) == [";", self.prefix + "keep"]:
            end = self.closing(end + 3)
        if self.strings(i - 2, 2) == [self.prefix + "s", "="]:
            return self._handle_opener(i - 2, end)
        if self.strings(i - 2, 2) == ["try", ":"]:  # the body on one line
            self.take_lines(i - 2, end + 1, inline=True)
            self.blocks.append(Block(self.tokens[i].start[0], "", ""))
            return self.strings(end + 1, 1) == [";"]
        if self.kinds(i - 2, 2) != [tokenize.NEWLINE, tokenize.INDENT] or self.strings(i - 4, 2) != ["try", ":"]:
            return False
        midline = self.strings(end + 1, 1) == [";"]
        self.take_lines(i - 4, end + 1 if midline else end, inline=midline)
        self._begin_block(self.tokens[i - 4], self.tokens[i - 1].string, self.tokens[end].end[0])
        return True

    def _handle_opener(self, first: int, end: int) -> bool:
        """`s = gen(...)`, newline, `try:` and what follows it."""
        after = end + 4  # the token behind `try :`
        if self.kinds(end + 1, 1) != [tokenize.NEWLINE] or self.strings(end + 2, 2) != ["try", ":"]:
            return False
        if self.kinds(after, 1) != [tokenize.NEWLINE]:  # the body on one line
            self.take_lines(first, end + 3, inline=True)
            self.blocks.append(Block(self.tokens[after].start[0], "", ""))
            return True
        last = end + 3
        resume = after + 2
        midline = self.strings(resume, 5) == [self.prefix + "resume", "(", self.prefix + "s", ")", ";"]
        # Directly behind the opening, `resume(s); ` is what begins a block whose first statement followed a docstring.
        follows_docstring = midline and self.tokens[first - 2].string == ";"
        self.take_lines(first, resume + 4 if follows_docstring else last, inline=follows_docstring)
        row = self.tokens[resume].start[0] if follows_docstring else self.tokens[last].end[0]
        self._begin_block(self.tokens[first], self.tokens[after + 1].string, row)
        return True

    def _begin_block(self, outer: tokenize.TokenInfo, inner_indent: str, row: int) -> None:
        indent = leading_space(outer.line)
        if not inner_indent.startswith(indent):
            raise RewriteError("cannot-strip", "the indentation of an instrumented function was changed", row)
        self.blocks.append(Block(row, indent, inner_indent[len(indent) :]))

    def _tail(self, i: int) -> bool:
        """`except: fail(...); raise`, and the `else:` and `finally:` after it."""
        end = self.closing(i + 1)
        if self.strings(i - 2, 2) != ["except", ":"] or self.strings(end + 1, 2) != [";", "raise"] or not self.blocks:
            return False
        self._end_block(self.blocks.pop(), self.tokens[i].start[0])
        self.take_lines(i - 2, end + 2)
        place = end + 4
        for keyword, word in (("else", "ret"), ("else", "val"), ("finally", "state"), ("finally", "exit")):
            if self.strings(place, 3) == [keyword, ":", self.prefix + word]:
                end = self.closing(place + 3)
                if word == "state" and self.strings(end + 1, 2) == [";", self.prefix + "exit"]:
                    end = self.closing(end + 3)
                self.take_lines(place, end)
                place = end + 2
        return True

    def _end_block(self, block: Block, row: int) -> None:
        deeper = block.indent + block.unit
        untouched = self.taken_rows | self.source.string_rows
        for inside in range(block.row + 1, row) if block.unit else ():
            line = self.source.lines[inside - 1]
            if inside not in untouched and line.startswith(deeper) and line.strip():
                start = self.source.starts[inside - 1] + len(block.indent)
                self.cut(start, start + len(block.unit))

    def _handle(self, i: int) -> bool:
        """`, s` behind the last context manager of a `with`; the opener that assigns to `s` comes right after it."""
        if self.strings(i + 1, 1) == ["="]:
            return True
        if self.strings(i - 1, 1) != [","] or self.strings(i + 1, 1)[0] not in (":", ",", ")"):
            return False
        self.cut(self.start(i - 1), self.end(i))
        return True

    def _wrapper(self, i: int) -> bool:
        """`ret(value)` and its like, `(ret)(value)`, and the forms that stand alone."""
        in_parens = self.strings(i - 1, 1) == ["("] and self.strings(i + 1, 2) == [")", "("]
        opening = i + 2 if in_parens else i + 1
        closing = self.closing(opening)
        value = opening + 1
        handle = self.strings(value, 1) == [self.prefix + "s"]
        if handle:
            self.done.add(value)
            value += 1
        if value == closing:
            return self._alone(i, closing)
        if handle:
            value += 1  # the comma
        start = self.start(i - 1) if in_parens else self.start(i)
        self._take_wrapper(start, value, closing, doubled=self.tokens[i].string == self.prefix + "resume")
        return True

    def _take_wrapper(self, start: int, value: int, closing: int, *, doubled: bool) -> None:
        """Cut from `start` to the value and what closes it: `)`, `))` around a yield, `),)` around a bare tuple."""
        if self.strings(closing - 1, 1) == [","] and self.closing(value) == closing - 2:
            self.cut(start, self.end(value))
            self.cut(self.start(closing - 2), self.end(closing))
        elif doubled:
            self.cut(start, self.end(value))
            self.cut(self.start(closing - 1), self.end(closing))
        else:
            self.cut(start, self.start(value))
            self.cut(self.start(closing), self.end(closing))

    def _alone(self, i: int, closing: int) -> bool:
        """` ret()` and ` pause(s)` after a bare return or yield; `resume(s)` at the beginning of a block."""
        if self.tokens[i].string != self.prefix + "resume":
            if self.strings(i - 1, 1)[0] not in ("return", "yield") or self.source.text[self.start(i) - 1] != " ":
                raise self.unexpected(i)
            self.cut(self.start(i) - 1, self.end(closing))
        elif self.strings(closing + 1, 1) == [";"]:
            self.take_lines(i, closing + 1, inline=True, keep_line=True)
        else:
            self.take_lines(i, closing)
        return True
