"""Taking out lines and values."""

from __future__ import annotations

import tokenize
from collections.abc import Callable
from functools import partial

from instrumenter.rewrite.cutter import Cutter


def statement_handlers(cutter: Cutter) -> dict[str, Callable[[int], bool]]:
    """Give what takes out the piece that begins with each word."""
    return {
        "line": partial(_take, cutter),
        "var": partial(_take, cutter),
        "let": partial(_take_let, cutter),
    }


def _take(cutter: Cutter, i: int) -> bool:
    """`line(1)` and `var(2, x)`, before or behind a statement or in front of an expression."""
    in_parens = cutter.strings(i - 1, 3)[::2] == ["(", ")"] and i > 0
    closing = cutter.closing(i + 2 if in_parens else i + 1)
    if closing < 0:
        return False
    if cutter.strings(closing + 1, 1) == ["or"]:
        return _take_header(cutter, i - 1 if in_parens else i, closing, is_arm=not in_parens)
    if in_parens:
        return False
    is_var = cutter.tokens[i].string == cutter.prefix + "var"
    if is_var and cutter.strings(i - 1, 1) == [";"] and i - 1 not in cutter.done:
        return _take_behind(cutter, i, closing)
    return _take_before(cutter, i, closing)


def _take_header(cutter: Cutter, first: int, closing: int, *, is_arm: bool) -> bool:
    """`line(1) or (x)`, several joined with `or`, and `(line(1) or (x))` for the arm of a conditional expression."""
    while _is_ours(cutter, closing + 2) and cutter.strings(closing + 1, 1) == ["or"]:
        closing = cutter.closing(closing + 3)
    end = cutter.closing(closing + 2)
    if closing < 0 or end < 0 or cutter.strings(closing + 1, 1) != ["or"]:
        return False
    cutter.done |= set(range(first, closing + 3))
    is_arm = is_arm and cutter.strings(first - 1, 1) == ["("]
    if is_arm and cutter.closing(first - 1) != end + 1:
        return False
    cutter.cut(cutter.start(first - 1 if is_arm else first), cutter.end(closing + 2))
    cutter.cut(cutter.start(end), cutter.end(end + 1 if is_arm else end))
    return True


def _take_behind(cutter: Cutter, i: int, closing: int) -> bool:
    """`; var(1, x)`."""
    cutter.done |= set(range(i, closing + 1))
    cutter.cut(cutter.start(i - 1), cutter.end(closing))
    return True


def _take_before(cutter: Cutter, i: int, closing: int) -> bool:
    """`var(1, x); line(2); ` before a statement, or the same on a line of their own."""
    while cutter.strings(closing + 1, 1) == [";"] and _is_ours(cutter, closing + 2):
        closing = cutter.closing(closing + 3)
        if closing < 0:
            return False
    if cutter.strings(closing + 1, 1) == [";"]:
        cutter.take_lines(i, closing + 1, inline=True, keep_line=True)
    elif cutter.kinds(i - 1, 1)[0] in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
        cutter.take_lines(i, closing)
    else:
        return False
    return True


def _is_ours(cutter: Cutter, i: int) -> bool:
    return cutter.strings(i, 1)[0] in (cutter.prefix + "line", cutter.prefix + "var")


def _take_let(cutter: Cutter, i: int) -> bool:
    """`let(1, value)`, `let(s, 1, value)`, and `let(1, (a, b),)` around a tuple without parentheses."""
    closing = cutter.closing(i + 1)
    value = i + 6 if cutter.strings(i + 2, 1) == [cutter.prefix + "s"] else i + 4
    if value >= closing:
        return False
    cutter.done |= set(range(i, value))
    if cutter.strings(closing - 1, 1) == [","]:
        end = cutter.closing(value)
        cutter.cut(cutter.start(i), cutter.end(value))
        cutter.cut(cutter.start(end), cutter.end(closing))
        return end == closing - 2
    cutter.cut(cutter.start(i), cutter.start(value))
    cutter.cut(cutter.start(closing), cutter.end(closing))
    return True
