"""Compiles originals quietly, also as if one stood where its twin has it: for a twin that shows its own lines."""

import _ast
import _warnings
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType
    from typing import Any, TypeVar

    T = TypeVar("T")

_MAGIC = b"SWMAP1\n"
_LINE, _COLUMN = 0, 1
#: Where a piece of the original begins, and where that is in the twin: line and column, line and column.
_Piece = tuple[int, int, int, int]


def compiled_in_twin(source: bytes, filename: str, positions: bytes) -> "CodeType":
    """Compile an original; `positions` says where each place of its twin was in it (docs/site-table.md)."""
    pieces = list(_pieces(positions))

    def compiled() -> "CodeType":
        tree: Any = compile(source, filename, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
        _move(tree, pieces)
        code: CodeType = compile(tree, filename, "exec", dont_inherit=True)
        return code

    return quietly(filename, compiled)


def quietly(filename: str, compiled: "Callable[[], T]") -> "T":
    """Compile a file without the compiler's warnings: they were given, or not, when its twin was compiled."""
    warnings = sys.modules.get("warnings")
    filters: Any = _warnings.filters if warnings is None else warnings.__dict__["filters"]
    # As the compiler names the module. The list itself is changed: nothing else is forgotten that was warned of.
    silence = ("ignore", None, Warning, filename.removesuffix(".py"), 0)
    filters.insert(0, silence)
    try:
        return compiled()
    finally:
        filters.remove(silence)


def _pieces(positions: bytes) -> "Iterator[_Piece]":
    """Yield the pieces of the original in their order; ValueError or IndexError where the map is damaged."""
    if not positions.startswith(_MAGIC):
        raise ValueError("no position map")
    numbers = _numbers(positions, len(_MAGIC))
    line = 0
    yield 1, 0, 1, 0
    for _ in range(next(numbers)):
        step, column, kind, first, second = (next(numbers) for _ in range(5))
        line += step
        if kind == 0:
            yield line - _signed(first), column - _signed(second), line, column


def _numbers(data: bytes, at: int) -> "Iterator[int]":
    while True:
        number = shift = 0
        while data[at] > 0x7F:
            number |= (data[at] & 0x7F) << shift
            shift += 7
            at += 1
        yield number | data[at] << shift
        at += 1


def _signed(raw: int) -> int:
    return raw >> 1 if raw & 1 == 0 else ~(raw >> 1)


def _move(tree: "_ast.AST", pieces: "list[_Piece]") -> None:
    """Have all nodes of a tree stand where the twin has them."""
    todo: list[Any] = [tree]
    while todo:
        node = todo.pop()
        if getattr(node, "end_lineno", None) is not None:
            begin = _place(pieces, node.lineno, node.col_offset)
            line, column = _place(pieces, node.end_lineno, max(0, node.end_col_offset - 1))
            end = line, column + (node.end_col_offset > 0)
            node.lineno, node.col_offset = begin
            node.end_lineno, node.end_col_offset = max(begin, end)
        for name in node._fields:
            below = getattr(node, name, None)
            todo += [one for one in (below if type(below) is list else (below,)) if isinstance(one, _ast.AST)]


def _place(pieces: "list[_Piece]", line: int, column: int) -> "tuple[int, int]":
    """Give where the twin has the original's character at this place."""
    low, high = 0, len(pieces)
    while high - low > 1:
        middle = (low + high) // 2
        if pieces[middle][:2] <= (line, column):
            low = middle
        else:
            high = middle
    from_line, from_column, to_line, to_column = pieces[low]
    return line - from_line + to_line, column - from_column + to_column if line == from_line else column
