"""Taking out the brackets around calls and awaits."""

from __future__ import annotations

import tokenize
from collections.abc import Callable
from functools import partial

from instrumenter.rewrite.cutter import Cutter

# How many arguments stand before the value: none, the site, the handle and the site.
_ARGUMENTS_BEFORE = {
    **{"out": 0, "call": 1, "call_m": 1, "will": 1, "will_m": 1, "in": 1},
    **{"await": 2, "awith": 2, "aiter": 2},
}


def call_handlers(cutter: Cutter) -> dict[str, Callable[[int], bool]]:
    """Give what takes out the piece that begins with each word."""
    handlers = {word: partial(_take, cutter, before) for word, before in _ARGUMENTS_BEFORE.items()}
    return {**handlers, "caught": partial(_take_caught, cutter)}


def _take(cutter: Cutter, before: int, i: int) -> bool:
    """`word(site, value)` and what may follow the value: names, and a comma where the value had no parentheses."""
    in_parens = cutter.strings(i - 1, 1) == ["("] and cutter.strings(i + 1, 2) == [")", "("]
    opening = i + 2 if in_parens else i + 1
    closing = cutter.closing(opening)
    value = opening + 1 + 2 * before
    if closing < 0 or value >= closing:
        return False
    cutter.done |= set(range(opening + 1, value))
    start = cutter.start(i - 1 if in_parens else i)
    bare = cutter.strings(closing - 1, 1) == [","]  # word((a, b),)
    end = cutter.comma(value, closing)
    if bare:
        cutter.cut(start, cutter.end(value))
        cutter.cut(cutter.start(end - 1), cutter.end(closing))
    else:
        cutter.cut(start, cutter.start(value))
        cutter.cut(cutter.start(end), cutter.end(closing))
    wrapped = not bare or cutter.closing(value) == end - 1
    return wrapped and _are_ours(cutter, end, closing - bare, named=cutter.tokens[i].string.endswith("_m"))


def _are_ours(cutter: Cutter, first: int, last: int, *, named: bool) -> bool:
    """Tell whether nothing but a method's name and plain names follows the value: an author's argument must stay."""
    following = cutter.tokens[first:last]
    types = [tokenize.STRING] if named else []
    types += [tokenize.NAME] * (len(following) // 2 - len(types))
    if len(types) > named and cutter.level == 3:
        return False
    commas = all(token.string == "," for token in following[::2])
    return commas and [token.type for token in following[1::2]] == types and len(following) == 2 * len(types)


def _take_caught(cutter: Cutter, i: int) -> bool:
    """`caught()` first thing in a block, on a line of its own or before the block's first statement."""
    closing = cutter.closing(i + 1)
    if closing != i + 2:
        return False
    if cutter.strings(closing + 1, 1) == [";"]:
        cutter.take_lines(i, closing + 1, inline=True, keep_line=True)
    else:
        cutter.take_lines(i, closing)
    return True
