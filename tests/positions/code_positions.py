"""What code objects say of positions, as plain data that can be compared."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import CodeType


def all_codes(code: CodeType) -> Iterator[CodeType]:
    """Give a code object and all below it, in the order of the constants."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from all_codes(constant)


def own_table(code: CodeType) -> tuple[str, int, bytes]:
    """Give name, first line and the raw line table."""
    attribute = "co_linetable"
    return code.co_name, code.co_firstlineno, getattr(code, attribute)


def own_positions(code: CodeType) -> list[tuple[object, ...]]:
    """Give the position of each instruction (3.10: only lines)."""
    if sys.version_info >= (3, 11):
        return list(code.co_positions())
    return list(code.co_lines())


def tables(code: CodeType) -> list[tuple[str, int, bytes]]:
    """Give the tables of a code object and all below it."""
    return [own_table(each) for each in all_codes(code)]


def positions(code: CodeType) -> list[tuple[object, ...]]:
    """Give the positions of a code object and all below it."""
    return [place for each in all_codes(code) for place in own_positions(each)]
