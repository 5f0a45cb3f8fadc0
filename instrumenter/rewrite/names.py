"""What a function does with its names: which of them may be read again without a risk, and without a surprise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from instrumenter.rewrite.walk import bound_names, children, pattern_names, target_names


@dataclass(frozen=True)
class Names:
    """The names of one function, by what its code and that of functions in it does to them."""

    bound: set[str] = field(default_factory=set)  # by anything but the call
    deleted: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)  # global or nonlocal
    shared: set[str] = field(default_factory=set)  # declared global or nonlocal in something nested
    deleted_inside: set[str] = field(default_factory=set)  # by something nested

    def unchanged(self, params: Iterable[str]) -> tuple[str, ...]:
        """Give those of `params` (with their stars) that mean the same object as long as the function runs.

        A `*args` is left out: it is a tuple, which does not change.
        """
        changed = self.bound | self.deleted | self.shared
        plain = (name.removeprefix("**") for name in params)
        return tuple(name for name in plain if not name.startswith("*") and name not in changed)

    def readable(self, params: Iterable[str]) -> frozenset[str]:
        """Give the local names that stay bound once they are."""
        local = self.bound | {name.lstrip("*") for name in params}
        return frozenset(local - self.deleted - self.declared - self.shared)


def names_of(function: cst.FunctionDef) -> Names:
    """Look through a function's body."""
    names = Names()
    _look(function.body, names, nested=False)
    return names


def _look(node: cst.CSTNode, names: Names, *, nested: bool) -> None:
    kind = type(node)
    if kind in (cst.Global, cst.Nonlocal):
        (names.shared if nested else names.declared).update(item.name.value for item in node.names)  # type: ignore[attr-defined]
        return
    if kind in _DELETED:
        (names.deleted_inside if nested else names.deleted).update(_DELETED[kind](node))
    elif kind in _BOUND and not nested:
        names.bound.update(_BOUND[kind](node))
    inside = nested or kind in (cst.FunctionDef, cst.ClassDef, cst.Lambda)
    for child in children(node):
        _look(child, names, nested=inside)


# By their classes: a look into a table is much quicker than one `isinstance` after the other.
_Found = dict[type[cst.CSTNode], Callable[[Any], Iterable[str]]]
_DELETED: _Found = {
    cst.Del: lambda node: target_names(node.target),
    # What `except ... as` binds is unbound at the end of its block.
    **dict.fromkeys(
        (cst.ExceptHandler, cst.ExceptStarHandler),
        lambda node: () if node.name is None else target_names(node.name.name),
    ),
}
_BOUND: _Found = {
    **dict.fromkeys((cst.AnnAssign, cst.For, cst.NamedExpr), lambda node: target_names(node.target)),
    **dict.fromkeys((cst.Assign, cst.AugAssign, cst.Import, cst.ImportFrom), bound_names),
    **dict.fromkeys((cst.FunctionDef, cst.ClassDef, cst.TypeAlias), lambda node: (node.name.value,)),
    cst.AsName: lambda node: target_names(node.name),
    cst.MatchCase: lambda node: pattern_names(node.pattern),
}
