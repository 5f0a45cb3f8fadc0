"""Which local names are certainly bound at a place of a function: what of them is read there cannot fail.

Names that are deleted somewhere are for the caller to leave out. A `with` may swallow what interrupted its block and a
loop may not turn once, so after them nothing that they bind is certain.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import libcst as cst

from instrumenter.rewrite.layout import first
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.walk import bound_names, pattern_names, statements_in, target_names

_Names = frozenset[str]


class BoundNames:
    """The names certainly bound at each statement of a function, its parameters aside."""

    def __init__(self, tree: Tree, function: cst.FunctionDef) -> None:
        self._tree = tree
        self._regions: list[tuple[int, _Names]] = []
        self._block(function.body, frozenset())
        self._regions.sort(key=lambda region: region[0])

    def at(self, offset: int) -> _Names:
        """Give the names for the statement around `offset`."""
        place = bisect_right(self._regions, offset, key=lambda region: region[0])
        return self._regions[place - 1][1] if place else frozenset()

    def _block(self, suite: cst.BaseSuite, names: _Names) -> _Names | None:
        """Go through a block that begins with `names`; gives those at its end, None where that is not reached."""
        end: _Names | None = names
        for node in statements_in(suite):
            now = end if end is not None else names
            self._regions.append((first(self._tree, node) if hasattr(node, "body") else self._start(node), now))
            after = self._statement(node, now)
            end = None if end is None else after
        return end

    def _statement(self, node: cst.CSTNode, names: _Names) -> _Names | None:
        match node:
            case cst.If():
                return _common([self._block(node.body, names), self._else(node.orelse, names)])
            case cst.Try() | cst.TryStar():
                return self._try(node, names)
            case cst.For() | cst.While():
                self._block(node.body, names.union(target_names(node.target) if isinstance(node, cst.For) else ()))
                self._else(node.orelse, names)
            case cst.With():
                targets = (target_names(item.asname.name) for item in node.items if item.asname is not None)
                self._block(node.body, names.union(*targets))
            case cst.Match():
                for case in node.cases:
                    self._regions.append((self._start(case.pattern), names))
                    self._block(case.body, names.union(pattern_names(case.pattern)))
            case cst.FunctionDef() | cst.ClassDef():
                return names | {node.name.value}
            case cst.Return() | cst.Raise() | cst.Break() | cst.Continue():
                return None
            case _:
                return names.union(bound_names(node))
        return names

    def _else(self, node: cst.If | cst.Else | None, names: _Names) -> _Names | None:
        if isinstance(node, cst.If):
            self._regions.append((first(self._tree, node), names))
            return self._statement(node, names)
        return names if node is None else self._block(node.body, names)

    def _try(self, node: cst.Try | cst.TryStar, names: _Names) -> _Names | None:
        end = self._block(node.body, names)
        if node.orelse is not None:
            after = self._block(node.orelse.body, names if end is None else end)
            end = None if end is None else after
        ends = [end]
        for handler in node.handlers:
            self._regions.append((first(self._tree, handler), names))
            ends.append(self._block(handler.body, names))
        end = _common(ends)
        if node.finalbody is not None:
            last = self._block(node.finalbody.body, names)
            end = None if end is None or last is None else end | last
        return end

    def _start(self, node: cst.CSTNode) -> int:
        return self._tree.whole(node)[0]


def _common(ends: Iterable[_Names | None]) -> _Names | None:
    """Give what is bound wherever the ways that reach their end come together."""
    reached = [names for names in ends if names is not None]
    return frozenset.intersection(*reached) if reached else None
