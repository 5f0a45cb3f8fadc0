"""What a function does with its names: which of them may be read again without a risk, and without a surprise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
    if isinstance(node, cst.Global | cst.Nonlocal):
        (names.shared if nested else names.declared).update(item.name.value for item in node.names)
        return
    deleted = set(_deleted(node))
    if nested:
        names.deleted_inside.update(deleted)
    else:
        names.deleted.update(deleted)
        names.bound.update(_bound(node))
    inside = nested or isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda)
    for child in children(node):
        _look(child, names, nested=inside)


def _deleted(node: cst.CSTNode) -> Iterator[str]:
    """Yield the names that a node leaves unbound: `except ... as` does so at the end of its block."""
    match node:
        case cst.Del():
            yield from target_names(node.target)
        case cst.ExceptHandler() | cst.ExceptStarHandler() if node.name is not None:
            yield from target_names(node.name.name)


def _bound(node: cst.CSTNode) -> Iterator[str]:
    match node:
        case cst.AnnAssign() | cst.For() | cst.NamedExpr():
            yield from target_names(node.target)
        case cst.AsName():
            yield from target_names(node.name)
        case cst.FunctionDef() | cst.ClassDef() | cst.TypeAlias():
            yield node.name.value
        case cst.MatchCase():
            yield from pattern_names(node.pattern)
        case _:
            yield from bound_names(node)
