"""What stands between the parentheses of our probes, checked: a name that an author wrote there must not get lost.

Most of it can have one form only. Names are the twin's own where they stand in the author's text, too, or in a second
probe; those that an author has since renamed or deleted in his text are known from the twin as it was made.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from instrumenter.rewrite.cutter import Cutter

Piece = tuple[str, str, tuple[str, ...]]  # a probe's word, its site (or that of its call), the names it is called with

_OPENERS = {"enter", "enter_m", "gen", "gen_m", "co", "co_m", "agen", "agen_m"}
_TAILS = {"fail", "error", "flag"}
_KEEPING = {"out", "call", "call_m", "in"}
_ALONE = {"ret", "val", "pause", "resume"}  # they may have no value
_WRAPPERS = {*_ALONE, "from", "let"}
# s: the handle, 0: a number, n: a name, x: any other token. Forms of all arguments, and of those before a value.
_WHOLE = {
    **dict.fromkeys(_OPENERS, r"0(,n)*"),
    **dict.fromkeys(("keep", "state"), r"[s0](,n)+"),
    **dict.fromkeys((*_TAILS, "exit"), r"[s0]"),
    **{"var": r"(s,)?0(,n)+", "line": r"(s,)?0", "caught": ""},
}
_BEFORE = {
    **dict.fromkeys(("ret", "val", "pause", "resume", "from"), r"(s(?=,|$),?)?(?!s)"),
    **dict.fromkeys(("call", "call_m", "will", "will_m", "in"), r"0,"),
    **dict.fromkeys(("await", "awith", "aiter"), r"s,0,"),
    **{"let": r"(s,)?0,", "out": ""},
}
_LINES = 4  # between a name and the probe with its value: lines of ours, and the author's
_CALLS = {"call", "call_m"}


class Arguments:
    """Checks the probes of a twin; `known`: pieces that are the twin's own whatever its text looks like.

    `cuts_all`: also what follows the value of `ret` and its like is going to be cut.
    """

    def __init__(self, cutter: Cutter, known: Collection[Piece] = (), *, cuts_all: bool = False) -> None:
        self.cutter = cutter
        self.known = known
        self.cuts_all = cuts_all
        self.pieces: set[Piece] = set()
        self._opened: list[list[str]] = []  # the parameters that are kept, by open function
        self._closed: list[str] = []
        self._matched: set[int] = set()  # calls whose `out` keeps the same

    def check(self) -> None:
        """Raise `RewriteError` at the first probe whose arguments may be an author's."""
        for i in self.doubtful():
            raise self.cutter.unexpected(i)

    def doubtful(self) -> Iterator[int]:
        """Give the probes whose arguments may be an author's; all `pieces` are known at the end."""
        cutter = self.cutter
        for i, token in enumerate(cutter.tokens):
            if token.type == tokenize.NAME and token.string.startswith(cutter.prefix) and i not in cutter.done:
                word, opening = self._word(i), self._opening(i)
                if word != "s" and (cutter.closing(opening) < 0 or not self._is_fine(i, word, opening)):
                    yield i

    def _is_fine(self, i: int, word: str, opening: int) -> bool:
        first, closing = opening + 1, self.cutter.closing(opening)
        if word in _WHOLE:
            end = closing - self._has_magic_comma(closing)
            return bool(re.fullmatch(_WHOLE[word], self._form(first, end))) and self._names(i, word, first, end)
        form = self._form(first, closing)
        before = re.match(_BEFORE[word], form) if word in _BEFORE else None
        if before is None or ",s" in form:  # a handle comes first
            return False
        if word == "resume" and before.end() == 2:  # resume(s, (yield))
            return self.cutter.closing(first + 2) in (closing - 1, closing - 1 - self._has_magic_comma(closing))
        value = first + before.end()
        if value >= closing:
            return word in _ALONE
        if word in ("ret", "val") and self._begins_statement(i):
            return False  # at the end of a function they have no value
        if word in _WRAPPERS and not self.cuts_all:
            return True
        names = self._behind(word, value, closing)
        return names == [] if word not in _KEEPING else names is not None and self._is_kept(i, word, names, value)

    # --- names in statements

    def _names(self, i: int, word: str, first: int, end: int) -> bool:
        names = [self.cutter.tokens[place].string for place in range(first, end) if self._mark(place) == "n"]
        if word in _OPENERS:
            self._opened.append([])
            return self._is_ours(i, names, _is_part(names, self._parameters(i)))
        if word in _TAILS:
            self._closed = self._opened.pop() if self._opened else []
        elif word == "keep" and self._opened:
            self._opened[-1] = names
        elif word == "state":
            return self._is_ours(i, names, names == self._closed)
        elif word == "var":
            return self._is_ours(i, names, set(names) <= self._near(i) and len(names) == len(set(names)))
        return True

    def _is_ours(self, i: int, names: list[str], is_sure: bool, site_of: int | None = None) -> bool:
        piece = self._word(i), self._site(i if site_of is None else site_of), tuple(names)
        self.pieces.add(piece)
        return is_sure or piece in self.known

    def _parameters(self, i: int) -> list[str]:
        """Give the names in the parentheses of the `def` before a function's first probe."""
        cutter, place = self.cutter, i
        while place and cutter.tokens[place].string != "def":
            place -= 1
        while place < i and cutter.tokens[place].string != "(":
            place += 1
        return [token.string for token in cutter.tokens[place : cutter.closing(place)] if token.type == tokenize.NAME]

    def _near(self, i: int) -> set[str]:
        """Give the author's names in the lines before a probe, and those of functions and classes further up."""
        tokens = self.cutter.tokens
        names = {after.string for token, after in pairwise(tokens[:i]) if token.string in ("def", "class")}
        lines = 0
        for place in range(i - 1, -1, -1):
            lines += tokens[place].type == tokenize.NEWLINE
            if lines > _LINES:
                break
            if tokens[place].type == tokenize.NAME and not self._is_in_var(place):
                names.add(tokens[place].string)
        return names

    def _is_in_var(self, place: int) -> bool:
        while self.cutter.tokens[place].string not in ("(", ")", ";", ":") and place:
            place -= 1
        return self.cutter.strings(place - 1, 1) == [self.cutter.prefix + "var"]

    # --- names behind a value

    def _is_kept(self, i: int, word: str, names: list[str], value: int) -> bool:
        if word != "out":
            return self._is_ours(i, names, not names or i in self._matched)
        call = self._call(value, self.cutter.closing(self._opening(i)))
        is_same = (self._behind_probe(call) if call >= 0 else []) == names
        if is_same:
            self._matched.add(call)
        return self._is_ours(i, names, is_same, value + (self.cutter.strings(value, 1) == ["("]))

    def _call(self, first: int, closing: int) -> int:
        """Give the probe that opens the call which `out` ends: before it, or around its last argument."""
        i = first + (self.cutter.strings(first, 1) == ["("])
        if self._word(i) in _CALLS:
            return i
        for place in range(first, closing):
            if self._word(place) == "in" and self._site(place) == self._site(i):
                return place
        return -1

    def _behind_probe(self, i: int) -> list[str] | None:
        opening = self._opening(i)
        return self._behind(self._word(i), opening + 3, self.cutter.closing(opening))

    def _behind(self, word: str, value: int, closing: int) -> list[str] | None:
        """Give the names behind a probe's value; None where there is anything else."""
        end = self.cutter.comma(value, closing)
        is_bare = self.cutter.closing(value) == end - 1 and self.cutter.strings(closing - 1, 1) == [","]
        last = closing - (is_bare or self._has_magic_comma(closing))
        form = r",x(,n)*" if word in ("call_m", "will_m") else r"(,n)*"
        if not re.fullmatch(form, self._form(end, last)):
            return None
        return [self.cutter.tokens[place].string for place in range(end, last) if self._mark(place) == "n"]

    # --- tokens

    def _has_magic_comma(self, closing: int) -> bool:
        """Say whether a formatter has put a comma before the parenthesis, which is on another line then."""
        tokens = self.cutter.tokens
        return tokens[closing - 1].string == "," and tokens[closing - 1].end[0] != tokens[closing].start[0]

    def _begins_statement(self, i: int) -> bool:
        before = self.cutter.tokens[i - 1]
        return before.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT) or before.string in (";", ":")

    def _opening(self, i: int) -> int:
        is_in_parens = self.cutter.strings(i - 1, 1) == ["("] and self.cutter.strings(i + 1, 2) == [")", "("]
        return i + 2 if is_in_parens else i + 1

    def _site(self, i: int) -> str:
        """Give a probe's first number, or the handle where it has none."""
        first = self._opening(i) + 1
        has_number = self._mark(first) == "s" and self._mark(first + 2) == "0"
        return "".join(self.cutter.strings(first + 2 if has_number else first, 1))

    def _word(self, i: int) -> str:
        string = self.cutter.tokens[i].string
        return string.removeprefix(self.cutter.prefix) if string.startswith(self.cutter.prefix) else ""

    def _form(self, first: int, end: int) -> str:
        return "".join(self._mark(place) for place in range(first, end))

    def _mark(self, i: int) -> str:
        token = self.cutter.tokens[i]
        if token.string == ",":
            return ","
        if token.type == tokenize.NAME:
            return "s" if token.string == self.cutter.prefix + "s" else "n"
        return "0" if token.type == tokenize.NUMBER and token.string.isdigit() else "x"


def _is_part(names: list[str], of: Iterable[str]) -> bool:
    """Say whether these names stand in a row of names, in order."""
    row = iter(of)
    return len(names) == len(set(names)) and all(name in row for name in names)
