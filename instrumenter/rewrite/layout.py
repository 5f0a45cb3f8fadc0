"""How a function's body is laid out: where lines are put in before and after it, and how they are indented."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.left_alone import is_docstring
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.source import Source, content, leading_space, terminator


@dataclass(frozen=True)
class Layout:
    """One function's body; offsets are in characters of the original."""

    start: int  # where the opening lines go
    first: int  # where the first statement with probes before it begins
    last: int  # the end of the last statement
    end: int  # the end of the last line's content, where the closing lines go
    inline: bool  # the body follows on the line of `def`
    midline: bool  # the first statement follows the docstring on its line
    indent: str  # the white space before the body's first statement
    unit: str  # one more level
    newline: str


def lay_out(source: Source, tree: Tree, function: Function) -> Layout:
    """Find the layout of a function's body."""
    node = function.node
    line = source.lines[source.row(tree.bare(node)[0]) - 1]
    outer = leading_space(line)
    newline = terminator(line) or tree.module.default_newline
    last_line = _last_line(node.body)
    last, end = tree.bare(last_line.body[-1])[1], line_end(source, tree.whole(last_line)[1])
    if isinstance(node.body, cst.SimpleStatementSuite):
        unit = tree.module.default_indent
        start = first(tree, node.body.body[0])
        return Layout(start, start, last, end, True, False, outer + unit, unit, newline)
    statement = node.body.body[0]
    indent = leading_space(source.lines[source.row(first(tree, statement)) - 1])
    unit = indent[len(outer) :] if indent.startswith(outer) else tree.module.default_indent
    start, body, midline = _after_header(source, tree, node.body)
    return Layout(start, body, last, end, False, midline, indent, unit, newline)


def _after_header(source: Source, tree: Tree, block: cst.BaseSuite) -> tuple[int, int, bool]:
    """Give where the opening lines of a block go, where the code after them begins, and whether on the same line.

    They go after the docstring, else after the line with the colon.
    """
    statement = block.body[0]
    if not (isinstance(statement, cst.SimpleStatementLine) and is_docstring(statement.body[0])):
        return after_colon(source, tree, block), first(tree, statement), False
    if len(statement.body) > 1:
        start = tree.whole(statement.body[1])[0]
        return start, start, True
    return line_end(source, tree.whole(statement)[1]), first(tree, block.body[1]), False


def after_colon(source: Source, tree: Tree, block: cst.BaseSuite) -> int:
    """Give the end of the content of the line on which an indented block's colon stands."""
    assert isinstance(block, cst.IndentedBlock)
    return line_end(source, tree.whole(block.header)[1])


def first(tree: Tree, node: cst.CSTNode) -> int:
    """Give the offset of the first character of a statement, its decorators included."""
    if isinstance(node, cst.SimpleStatementLine):
        return tree.whole(node.body[0])[0]
    if isinstance(node, cst.FunctionDef | cst.ClassDef) and node.decorators:
        return tree.bare(node.decorators[0])[0]
    return tree.bare(node)[0]


def line_end(source: Source, offset: int) -> int:
    """Give the end of a line's content, from the offset just after the line."""
    row = source.row(max(offset - 1, 0))
    return source.starts[row - 1] + len(content(source.lines[row - 1]))


def _last_line(node: cst.CSTNode) -> cst.SimpleStatementLine | cst.SimpleStatementSuite:
    """Give the simple statements that a suite or compound statement ends with."""
    while True:
        match node:
            case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
                return node
            case cst.IndentedBlock():
                node = node.body[-1]
            case cst.Try() | cst.TryStar():
                last_handler = node.handlers[-1] if node.handlers else node
                node = (node.finalbody or node.orelse or last_handler).body
            case cst.Match():
                node = node.cases[-1].body
            case cst.If() | cst.While() | cst.For() if node.orelse is not None:
                node = node.orelse
            case _:
                node = node.body  # type: ignore[attr-defined]
