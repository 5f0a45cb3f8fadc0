"""Takes what was put in out of a twin that a formatter has laid out anew: lines split and joined, parentheses moved.

The result means what the original means; white space is what the formatter made of the twin. `strip` comes first: it
gives every byte back where the pieces still stand as they were put in.
"""

from __future__ import annotations

import tokenize
from collections.abc import Collection

from instrumenter.errors import RewriteError
from instrumenter.rewrite.arguments import Arguments, Piece
from instrumenter.rewrite.cutter import Block, Cutter
from instrumenter.rewrite.source import Source, content, leading_space

_OPENERS = {"enter", "enter_m", "gen", "gen_m", "co", "co_m", "agen", "agen_m"}
_TAILS = {"fail", "error", "flag"}
_STATEMENTS = {*_OPENERS, "caught", "line", "var", "keep", "resume"}
# How many arguments stand before the value, a handle not counted.
_VALUES = {
    **dict.fromkeys(("ret", "val", "pause", "resume", "from", "out"), 0),
    **dict.fromkeys(("call", "call_m", "will", "will_m", "in", "await", "awith", "aiter", "let"), 1),
}
_BREAKS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def strip_reformatted(twin: bytes, known: Collection[Piece]) -> bytes:
    """Give the reformatted original of a reformatted twin with a header; raises `RewriteError` where it cannot."""
    source = Source.read(twin)
    stripper = _Loose(source)
    Arguments(stripper, known, cuts_all=True).check()
    text = stripper.run()
    stripper.check_comments()
    return source.write(text)


class _Loose(Cutter):
    """Knows the pieces by their tokens, however these are spread over lines."""

    def run(self) -> str:
        """Find all pieces and give the text without them."""
        for i, token in enumerate(self.tokens):
            if token.type == tokenize.NAME and token.string.startswith(self.prefix) and i not in self.done:
                self.done.add(i)
                if not self._take(i, token.string[len(self.prefix) :]):
                    raise self.unexpected(i)
        if self.blocks:
            raise RewriteError("cannot-strip", "the end of an instrumented function is missing", self.blocks[-1].row)
        return self.rest()

    def _take(self, i: int, word: str) -> bool:
        if word == "s":
            return self._handle(i)
        in_parens = self.strings(i - 1, 3)[::2] == ["(", ")"] and self.strings(i + 2, 1) == ["("]
        first, opening = (i - 1, i + 2) if in_parens else (i, i + 1)
        closing = self.closing(opening)
        if closing < 0:
            return False
        if word in _TAILS:
            return self._tail(i, closing)
        if self.strings(closing + 1, 1) == ["or"]:
            return self._condition(first, opening, closing)
        if (
            word in _STATEMENTS
            and not self._is_value(i)
            and self._begins_statement(i)
            and self._ends_statement(closing)
        ):
            if word in _OPENERS:
                return self._enter(i)
            self._cut_statements(i, self._last_of_run(i))
            return True
        return word in _VALUES and self._value(first, opening, closing, _VALUES[word])

    def _handle(self, i: int) -> bool:
        """`, s` in a `with`, or `s = gen(...)` and the `try` after it."""
        if self.strings(i - 1, 1) == [","]:
            self._cut_each(i - 1, i)
            return True
        if self.strings(i + 1, 1) != ["="] or self._word(i + 2) not in _OPENERS or not self._begins_statement(i):
            return False
        end = self._last_of_run(i + 2)
        self._cut_statements(i, end)
        while self.kinds(end + 1, 1) == [tokenize.NEWLINE] and self._word(end + 2) == "keep":
            end = self._last_of_run(first := end + 2)
            self._cut_statements(first, end)
        is_followed = self.kinds(end + 1, 1) == [tokenize.NEWLINE] and self.strings(end + 2, 2) == ["try", ":"]
        return is_followed and self._open(end + 2, end + 4)

    def _enter(self, i: int) -> bool:
        before = i - 3 if self.kinds(i - 2, 2) == [tokenize.NEWLINE, tokenize.INDENT] else i - 1
        if self.strings(before - 1, 2) != ["try", ":"]:
            return False
        end = self._last_of_run(i)
        if before == i - 1:  # the body on one line
            if self.strings(end + 1, 1) != [";"]:
                return False
            self.cut(self.start(before - 1), self.start(end + 2))
            self.blocks.append(Block(self.tokens[i].start[0], "", ""))
            return True
        self._cut_statements(i, end)
        return self._open(before - 1, before + 1)

    def _open(self, keyword: int, after: int) -> bool:
        """Take out `try:` and remember what it indents; `after` is the token behind the colon."""
        row = self.tokens[keyword].start[0]
        if self.kinds(after, 1) != [tokenize.NEWLINE]:
            self.cut(self.start(keyword), self.start(after))
            self.blocks.append(Block(row, "", ""))
            return True
        outer, inner = leading_space(self.tokens[keyword].line), self.tokens[after + 1].string
        if content(self.source.lines[row - 1]).strip() != "try:" or not inner.startswith(outer):
            return False
        self._cut_rows(row, row)
        self.blocks.append(Block(row, outer, inner[len(outer) :]))
        return True

    def _tail(self, i: int, closing: int) -> bool:
        """`except: fail(...); raise` and the `else` and `finally` of ours after it, on one line or several."""
        colon = i - 3 if self.kinds(i - 2, 2) == [tokenize.NEWLINE, tokenize.INDENT] else i - 1
        named = self.strings(colon - 1, 1) == ["BaseException"]  # a linter does not like a bare `except`
        keyword = colon - 2 if named else colon - 1
        end = closing + 2
        if self.strings(keyword, 1) != ["except"] or self.strings(colon, 1) != [":"] or not self.blocks:
            return False
        if self.strings(end, 1) != ["raise"]:
            return False
        for clause, words in (("else", {"ret", "val"}), ("finally", {"state", "exit"})):
            end = self._clause_end(end, clause, words)
        if self.kinds(keyword - 1, 1)[0] not in _BREAKS or self.kinds(end + 1, 1) != [tokenize.NEWLINE]:
            return False
        first_row, last_row = self.tokens[keyword].start[0], self.tokens[end].end[0]
        comments = [token for token in self.source.tokens if token.type == tokenize.COMMENT]
        if any(first_row <= token.start[0] <= last_row for token in comments):
            return False  # somebody wrote something here
        self.done |= set(range(keyword, end + 1))
        self._dedent(self.blocks.pop(), first_row)
        self._cut_rows(first_row, last_row)
        return True

    def _clause_end(self, end: int, clause: str, words: set[str]) -> int:
        """Give the last token of a clause that begins with one of the words behind the token `end`, else that."""
        place = self._skip(end + 1)
        if self.strings(place, 2) != [clause, ":"]:
            return end
        place = self._skip(place + 2)
        while self._word(place) in words:
            end = self.closing(place + 1)
            place = self._skip(end + 1)
        return end

    def _skip(self, i: int) -> int:
        while i < len(self.tokens) and (self.tokens[i].type in _BREAKS or self.tokens[i].string == ";"):
            i += 1
        return i

    def _dedent(self, block: Block, row: int) -> None:
        deeper = block.indent + block.unit
        for inside in range(block.row + 1, row) if block.unit else ():
            line = self.source.lines[inside - 1]
            left_alone = inside in self.taken_rows or inside in self.source.string_rows
            if not left_alone and line.startswith(deeper) and line.strip():
                start = self.source.starts[inside - 1] + len(block.indent)
                self.cut(start, start + len(block.unit))

    # --- statements and expressions

    def _last_of_run(self, i: int) -> int:
        """Give the last token of the statements of ours that follow one another on a line, the first at `i`."""
        end = self.closing(i + 1)
        self.done |= set(range(i, end + 1))
        while self.strings(end + 1, 1) == [";"] and self._word(end + 2) in _STATEMENTS:
            following = self.closing(end + 3)
            if not self._ends_statement(following) or self._is_value(end + 2):
                break
            self.done |= set(range(end + 2, following + 1))
            end = following
        return end

    def _is_value(self, i: int) -> bool:
        """`resume(s, (yield ...))`, which is no statement of ours though it may stand alone."""
        return self._word(i) == "resume" and self.strings(i + 3, 1) == [","]

    def _cut_statements(self, first: int, last: int) -> None:
        """Cut statements with the semicolon that divides them from the author's, or with their lines."""
        if self.strings(last + 1, 1) == [";"]:
            self.cut(self.start(first), self.start(last + 2))
            return
        if self.strings(first - 1, 1) == [";"]:
            self.cut(self.start(first - 1), self.end(last))
            return
        row, last_row = self.tokens[first].start[0], self.tokens[last].end[0]
        around = self.source.text[self.source.starts[row - 1] : self.start(first)]
        around += content(self.source.text[self.end(last) : self.source.starts[last_row]])
        if around.strip():
            self.cut(self.start(first), self.end(last))
        else:
            self._cut_rows(row, last_row)

    def _cut_rows(self, first: int, last: int) -> None:
        self.taken_rows |= set(range(first, last + 1))
        self.cut(self.source.starts[first - 1], self.source.starts[last])

    def _condition(self, first: int, call: int, closing: int) -> bool:
        """`line(1) or (x)`, several joined with `or`, and `(line(1) or (x))` for an arm of `a if c else b`."""
        while self._word(closing + 2) in ("line", "var") and self.strings(closing + 1, 1) == ["or"]:
            closing = self.closing(closing + 3)
        if self.strings(closing + 1, 1) != ["or"]:
            return False
        self.done |= set(range(first, closing + 2))
        opening, end = closing + 2, self.closing(closing + 2)
        if end < 0:
            self._cut_each(first, opening - 1)  # a formatter has found the parentheses redundant
        elif self._is_spread(first, end) or self.tokens[first].start[0] != self.tokens[opening].start[0]:
            self._cut_each(first, call - 1)
            self._cut_each(call + 1, opening)
        else:
            self._cut_around(first, opening, end)
        return True

    def _cut_around(self, first: int, opening: int, end: int) -> None:
        """Cut what precedes `(x)`, and the parentheses if `x` needs none; an arm keeps them all."""
        is_arm = self.strings(first - 1, 1) == ["("] and self.closing(first - 1) == end + 1
        if is_arm or {":=", ",", "yield"} & set(self.strings(opening, end - opening)):
            self.cut(self.start(first), self.start(opening))
        else:
            self.cut(self.start(first), self.end(opening))
            self.cut(self.start(end), self.end(end))

    def _value(self, first: int, opening: int, closing: int, before: int) -> bool:
        """`word(site, value, names)`: the value stays, in parentheses where it goes over several lines."""
        value = opening + 1
        if self._word(value) == "s":
            self.done.add(value)
            value += 1 if value + 1 == closing else 2
        value += 2 * before if value != closing else 0
        if value >= closing:
            if value > closing or self.tokens[first - 1].string not in ("return", "yield"):
                return False
            self.cut(self.end(first - 1), self.end(closing))
            return True
        if self._is_spread(first, closing):
            self._cut_each(first, opening - 1)
            self._cut_each(opening + 1, value - 1)
            self._cut_each(self.comma(value, closing), closing - 1)
        else:
            self.cut(self.start(first), self.start(value))
            self.cut(self.start(self.comma(value, closing)), self.end(closing))
        return True

    def _is_spread(self, first: int, closing: int) -> bool:
        """Say whether there is a newline between these tokens that only their own parentheses allow."""
        i = first
        while i < closing:
            inner = self.closing(i) if self.closing(i) != closing else i
            i = inner if inner > i else i
            if self.tokens[i].end[0] != self.tokens[i + 1].start[0]:
                return True
            i += 1
        return False

    def _cut_each(self, first: int, last: int) -> None:
        """Cut tokens, leaving the newlines between them; what is then left of a line is white space."""
        for i in range(first, last + 1):
            same_row = i < last and self.tokens[i].end[0] == self.tokens[i + 1].start[0]
            self.cut(self.start(i), self.start(i + 1) if same_row else self.end(i))

    def _word(self, i: int) -> str | None:
        """Give the word of a probe's name, None where there is none."""
        string = "".join(self.strings(i, 1))
        return string[len(self.prefix) :] if string.startswith(self.prefix) else None

    def _begins_statement(self, i: int) -> bool:
        return self.kinds(i - 1, 1)[0] in _BREAKS or self.strings(i - 1, 1)[0] in (";", ":")

    def _ends_statement(self, closing: int) -> bool:
        return self.kinds(closing + 1, 1) == [tokenize.NEWLINE] or self.strings(closing + 1, 1) == [";"]
