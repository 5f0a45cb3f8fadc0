"""Original in, twin out, and the checks that each twin passes before anything is written."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import libcst as cst

from instrumenter.errors import RewriteError
from instrumenter.rewrite import header
from instrumenter.rewrite.dial import HIGHEST_LEVEL, Dial
from instrumenter.rewrite.edits import Insert, Layer, apply, position_map
from instrumenter.rewrite.emit import emit
from instrumenter.rewrite.gather import gather
from instrumenter.rewrite.left_alone import LEFT_ALONE_DECORATORS, is_docstring
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.numbering import find_sites
from instrumenter.rewrite.plain import check_compiles, may_have_functions
from instrumenter.rewrite.source import Source, terminator
from instrumenter.rewrite.strip import strip
from instrumenter.rewrite.table import write_table

LEVELS = tuple(range(1, HIGHEST_LEVEL + 1))
# LibCST's code generator recurses several frames a node; long chains of operators need more than the usual 1,000.
_RECURSION_LIMIT = 20_000


@dataclass(frozen=True)
class Twin:
    """An instrumented file and the two files that explain it (`docs/site-table.md`)."""

    source: bytes
    id: str
    level: int  # the highest of its functions
    dial: str  # what was asked for, as the manifest has it
    table: bytes
    positions: bytes
    functions: int


def instrument(
    source: bytes, dial: Dial | int, name: str, left_alone: frozenset[str] = LEFT_ALONE_DECORATORS
) -> Twin | None:
    """Make the twin of `source` with this dial, or at this level (1 to 5); None where no function in it gets probes.

    `name` is the file's name, `left_alone` the decorators whose functions get no probes. Raises `RewriteError` where
    the source cannot be read, or the twin would not compile or not give the original back.
    """
    if isinstance(dial, int):
        dial = Dial(dial)
    for level in (dial.highest, *(level for _, level in dial.functions if level)):
        if level not in LEVELS:
            raise ValueError(f"no such level: {level}")
    if header.read_header(source) is not None:
        raise RewriteError("already-a-twin", "is instrumented already")
    text = Source.read(source)
    with _undisturbed():
        if not may_have_functions(text):
            check_compiles(source, name)
            return None
        return _make(source, text, dial, name, left_alone)


def _make(original: bytes, source: Source, dial: Dial, name: str, left_alone: frozenset[str]) -> Twin | None:
    tree = _parse(original, source, name)
    functions = gather(tree, dial, left_alone)
    if not functions:
        check_compiles(original, name)
        return None
    prefix = header.choose_prefix(source.text, original)
    sites = find_sites(source, tree, functions, dial)
    inserts, words = emit(source, tree, functions, sites, dial, prefix)
    safe_name = header.safe_name(name)
    twin_id = header.twin_id(original, dial.text(), safe_name)
    level = max(function.level for function in functions)
    count = len(functions) + sum(map(len, sites))
    line = header.render(safe_name, twin_id, count, level, prefix, words)
    inserts = sorted([_header_insert(source, tree, line), *inserts])
    twin = source.write(apply(source.text, inserts))
    _check(original, twin, name)
    table = write_table(source, tree, functions, sites, dial, original, twin, twin_id, safe_name)
    return Twin(twin, twin_id, level, dial.text(), table, position_map(source, inserts), len(functions))


def _parse(original: bytes, source: Source, name: str) -> Tree:
    try:
        return Tree.parse(source.text)
    except RewriteError:
        check_compiles(original, name)  # where CPython does not take it either, CPython says it better
        raise
    except RecursionError:
        raise RewriteError("too-deep", "is nested too deeply for LibCST") from None


def _check(original: bytes, twin: bytes, name: str) -> None:
    """Refuse a twin that does not compile or does not give its original back."""
    try:
        check_compiles(twin, name)
    except RewriteError as error:
        check_compiles(original, name)
        raise RewriteError("guard-failed", f"the twin would not compile: {error}", error.line) from None
    if strip(twin) != original:
        raise RewriteError("guard-failed", "the twin would not give the original back")
    if header.read_header(twin) is None:
        raise RewriteError("guard-failed", "the twin would not be recognised as one")


def _header_insert(source: Source, tree: Tree, line: str) -> Insert:
    """Put the header, a line of its own, behind the docstring and the `__future__` imports."""
    last_row = 0
    for place, statement in enumerate(tree.module.body):
        if not (isinstance(statement, cst.SimpleStatementLine) and _stays_first(statement, place)):
            break
        last_row = source.row(tree.whole(statement)[1] - 1)
    row = last_row + 1 if last_row else _first_code_row(source)
    newline = terminator(source.lines[(last_row or row) - 1]) or tree.module.default_newline
    return Insert(source.starts[row - 1], Layer.HEADER, (), line + newline)


def _stays_first(statement: cst.SimpleStatementLine, place: int) -> bool:
    small = statement.body[0]
    if place == 0 and is_docstring(small):
        return True
    return (
        isinstance(small, cst.ImportFrom) and isinstance(small.module, cst.Name) and small.module.value == "__future__"
    )


def _first_code_row(source: Source) -> int:
    """Give the row of the first token that is no comment: decorators included."""
    tokens = source.read_tokens()
    return next(token.start[0] for token in tokens if token.string.strip() and not token.string.startswith("#"))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Recurse deeply, and let no collector look through a large tree, none of which is garbage, again and again."""
    limit, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
