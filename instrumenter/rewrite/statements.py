"""Levels 4 and 5: where in a function's statements values and lines are recorded, and what the site table says of it.

What has no place of its own (the names that a `for` binds, the line of a `try:`) waits for the first statement of its
block. A *branch* is a line and which of its blocks was entered: the table tells it of the first line of each block.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import libcst as cst

from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.expressions import Found
from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.layout import first
from instrumenter.rewrite.left_alone import is_docstring
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.marks import Form, Mark, MarkedSite
from instrumenter.rewrite.sites import as_written
from instrumenter.rewrite.source import Source
from instrumenter.rewrite.walk import bound_names, pattern_names, statements_in, target_names

Branch = tuple[MarkedSite, str | int]
_NAMES = {cst.If: "if", cst.While: "while", cst.For: "for", cst.With: "with", cst.Match: "match", cst.Try: "try"}
_NAMES |= {cst.TryStar: "try", cst.FunctionDef: "def", cst.ClassDef: "class"}
_NAMES |= {cst.ExceptHandler: "except", cst.ExceptStarHandler: "except"}


def find_marked(source: Source, tree: Tree, function: Function, dial: Dial) -> Iterator[MarkedSite]:
    """Find the sites of lines and values in a function of level 4 or 5."""
    statements = _Statements(source, tree, function, dial)
    statements.body(function.node.body)
    statements.expressions(function.expressions)
    for mark in statements.marks:
        yield from mark.sites


class _Statements:
    """Walks the statements of one function, not those of functions and classes in it."""

    def __init__(self, source: Source, tree: Tree, function: Function, dial: Dial) -> None:
        self.source = source
        self.tree = tree
        self.dial = dial
        self.has_lines = function.level > 4
        # Their own binding may be undone before they are read: by what an assignment to an item runs, by a guard.
        names = function.names
        self.unsure = names.deleted_inside | {name for name in names.declared if _is_deleted_in(tree.text, name)}
        self.marks: list[Mark] = []
        self.lines: list[tuple[int, MarkedSite]] = []  # from which offset on expressions belong to which line

    def body(self, suite: cst.BaseSuite) -> None:
        """Walk the function's body, which the docstring is no part of."""
        nodes = list(statements_in(suite))
        self.statements(nodes[1:] if is_docstring(nodes[0]) else nodes)

    def block(self, suite: cst.BaseSuite, waiting: list[MarkedSite], branch: Branch | None) -> None:
        self.statements(statements_in(suite), waiting, branch)

    def statements(
        self, nodes: Iterable[cst.CSTNode], waiting: list[MarkedSite] | None = None, branch: Branch | None = None
    ) -> None:
        for node in nodes:
            had_line = self.statement(node, waiting or [], branch)
            waiting = None
            branch = None if had_line else branch

    def statement(self, node: cst.CSTNode, waiting: list[MarkedSite], branch: Branch | None) -> bool:
        """Walk one statement, with the sites that wait for it; gives whether it has a line."""
        line = [] if _is_silent(node) else self.line(node, branch)
        match node:
            case cst.If():
                self.header(node.test, [*waiting, *line])
                self.parts(node, line, "then")
            case cst.While():
                self.mark(Form.LINE, first(self.tree, node), waiting)  # its header runs at each turn
                self.header(node.test, line)
                self.parts(node, line, "body")
            case cst.For():
                self.header(node.iter, [*waiting, *line])
                self.parts(node, line, "body", self.values(node.target, target_names(node.target)))
            case cst.With():
                self.with_(node, waiting, line)
            case cst.Match():
                self.header(node.subject, [*waiting, *line])
                self.cases(node, line)
            case cst.Try() | cst.TryStar():
                self.parts(node, line, "body", [*waiting, *line])
                self.handlers(node, line)
            case cst.FunctionDef() | cst.ClassDef():
                self.mark(Form.LINE, first(self.tree, node), [*waiting, *line])
            case _:
                self.simple(node, [*waiting, *line])
        return bool(line)

    # --- statements with blocks

    def parts(
        self,
        node: cst.If | cst.While | cst.For | cst.Try | cst.TryStar,
        line: list[MarkedSite],
        which: str,
        waiting: list[MarkedSite] | None = None,
    ) -> None:
        """Walk the first block and `else`; an `elif` is an `if` in an `else`."""
        self.block(node.body, waiting or [], _branch(line, which))
        if isinstance(node.orelse, cst.If):
            self.statement(node.orelse, [], _branch(line, "else"))
        elif node.orelse is not None:
            self.block(node.orelse.body, [], _branch(line, "else"))

    def with_(self, node: cst.With, waiting: list[MarkedSite], line: list[MarkedSite]) -> None:
        self.header(node.items[0].item, [*waiting, *line], apart=isinstance(node.lpar, cst.LeftParen))
        targets = [item.asname.name for item in node.items if item.asname is not None]
        names = [name for target in targets for name in target_names(target)]
        self.block(node.body, self.values(targets[0], names) if targets else [], _branch(line, "body"))

    def cases(self, node: cst.Match, line: list[MarkedSite]) -> None:
        starts = [self.tree.whole(case.pattern)[0] for case in node.cases]
        for site in line:
            site.more["cases"] = [self.source.row(start) for start in starts]
            self.lines += [(start, site) for start in starts]
        for number, case in enumerate(node.cases):
            captured = self.values(case.pattern, pattern_names(case.pattern))
            self.block(case.body, captured, _branch(line, number))

    def handlers(self, node: cst.Try | cst.TryStar, line: list[MarkedSite]) -> None:
        for handler in node.handlers:
            header = self.line(handler, None)
            waiting = header if handler.type is None else []
            if handler.type is not None:
                self.header(handler.type, header)
            if handler.name is not None:
                waiting = self.values(handler.name.name, target_names(handler.name.name))
            self.block(handler.body, waiting, _branch(header, "except"))
        if node.finalbody is not None:
            self.block(node.finalbody.body, [], _branch(line, "finally"))

    def header(self, node: cst.BaseExpression, sites: list[MarkedSite], *, apart: bool = False) -> None:
        start, end = self.tree.whole(node)
        self.mark(Form.HEADER, start, sites, end=end, apart=apart)

    # --- simple statements

    def simple(self, node: cst.CSTNode, before: list[MarkedSite]) -> None:
        self.mark(Form.BEFORE, self.tree.whole(node)[0], before)
        self.mark(Form.AFTER, self.tree.bare(node)[1], self.values(node, bound_names(node)))
        if self.has_lines and isinstance(node, cst.Assign | cst.AugAssign | cst.AnnAssign) and node.value is not None:
            self.value(node.value, self.places(node))

    def places(self, node: cst.Assign | cst.AugAssign | cst.AnnAssign) -> list[MarkedSite]:
        """Make the site of what is assigned to attributes and items."""
        targets = [one.target for one in node.targets] if isinstance(node, cst.Assign) else [node.target]
        written = [
            as_written(self.tree, target) for target in targets if isinstance(target, cst.Attribute | cst.Subscript)
        ]
        sites = self.values(node, written, "let")
        if isinstance(node, cst.AugAssign):
            for site in sites:
                site.more["operator"] = as_written(self.tree, node.operator)
        return sites

    def value(self, node: cst.BaseExpression, sites: list[MarkedSite], *, deferred: bool = False) -> None:
        start, end = self.tree.whole(node)
        self.mark(Form.VALUE, start, sites, end=end, value=node, deferred=deferred)

    # --- expressions

    def expressions(self, found: Iterable[Found]) -> None:
        self.lines.sort(key=lambda pair: pair[0])
        for node, place in found:
            if isinstance(node, cst.NamedExpr):
                names = target_names(node.target)
                self.value(node.value, self.values(node, names, "let"), deferred=place.deferred)
            elif isinstance(node, cst.IfExp) and self.has_lines:
                self.arm(node.body, "then", deferred=place.deferred)
                self.arm(node.orelse, "else", deferred=place.deferred)

    def arm(self, node: cst.BaseExpression, which: str, *, deferred: bool) -> None:
        start, end = self.tree.whole(node)
        line = self.lines[bisect_right(self.lines, start, key=lambda pair: pair[0]) - 1][1]
        more: dict[str, object] = {"endLine": self.source.row(end - 1), "what": "arm", "first": [line, which]}
        self.mark(Form.ARM, start, [MarkedSite("line", start, end, node, more)], end=end, deferred=deferred)

    # --- making them

    def mark(
        self,
        form: Form,
        start: int,
        sites: list[MarkedSite],
        *,
        end: int | None = None,
        value: cst.BaseExpression | None = None,
        deferred: bool = False,
        apart: bool = False,
    ) -> None:
        if sites:
            mark = Mark(form, start, start if end is None else end, sites, value, deferred, apart)
            self.marks.append(mark)
            for site in sites:
                site.mark = mark

    def line(self, node: cst.CSTNode, branch: Branch | None) -> list[MarkedSite]:
        """Make the site of a statement's line: of its header where it has blocks."""
        if not self.has_lines:
            return []
        what = _NAMES.get(type(node))
        start = first(self.tree, node) if what else self.tree.whole(node)[0]
        more: dict[str, object] = {"what": what} if what else {}
        if branch is not None:
            more["first"] = list(branch)
        end = self._line_end(node)
        site = MarkedSite("line", start, end, node, {"endLine": self.source.row(end - 1), **more})
        self.lines.append((start, site))
        return [site]

    def _line_end(self, node: cst.CSTNode) -> int:
        if isinstance(node, cst.Match):
            return self.tree.whole(node.subject)[1]
        block = getattr(node, "body", None)
        return self.tree.whole(block)[0] if isinstance(block, cst.BaseSuite) else self.tree.bare(node)[1]

    def values(self, node: cst.CSTNode, names: Iterable[str], kind: str = "var") -> list[MarkedSite]:
        """Make the site of the values of `names`, of those that are wanted."""
        unsure = self.unsure if kind == "var" else set()
        wanted = tuple(dict.fromkeys(name for name in names if name not in unsure and self.dial.wants(name)))
        start, end = self.tree.whole(node)[0], self.tree.bare(node)[1]
        return [MarkedSite(kind, start, end, node, {"names": list(wanted)}, names=wanted)] if wanted else []


def _branch(line: list[MarkedSite], which: str | int) -> Branch | None:
    return (line[0], which) if line else None


def _is_silent(node: cst.CSTNode) -> bool:
    """Tell whether the interpreter has no code for a statement, and so no line."""
    return isinstance(node, cst.Global | cst.Nonlocal) or (
        isinstance(node, cst.AnnAssign) and node.value is None and isinstance(node.target, cst.Name)
    )


def _is_deleted_in(text: str, name: str) -> bool:
    return re.search(rf"\bdel\b.*\b{name}\b", text) is not None
