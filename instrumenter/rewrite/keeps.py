"""What is compared before and after: a function's parameters, a call's arguments, where they are plain local names."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from instrumenter.rewrite.bound import BoundNames
from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.locate import Tree
from instrumenter.rewrite.walk import children


def kept_params(function: Function, dial: Dial) -> list[str]:
    """Give the parameters that are compared at the function's end with what they held at its beginning."""
    if function.level < 4 or not dial.capture.params:
        return []
    names = function.names.unchanged(function.params)
    return [name for name in names if name != _receiver(function) and dial.wants(name)]


class KeptArguments:
    """Finds the arguments and receivers of a function's calls that are compared before and after."""

    def __init__(self, tree: Tree, function: Function, dial: Dial) -> None:
        self.tree = tree
        self.dial = dial
        self.params = frozenset(name.lstrip("*") for name in function.params)
        self.readable = function.names.readable(function.params) - {_receiver(function)}
        self.bound = BoundNames(tree, function.node)

    def of(self, call: cst.Call) -> list[str]:
        """Give those of a call; they are read before it, where the call itself reads them only a little later.

        So they must be bound whatever happens: parameters, names bound on every way to the call, the receiver. What
        binds names between (`f(x, x := 1)`) forbids it.
        """
        bound = self.params | self.bound.at(self.tree.bare(call)[0])
        names = [name for name in _arguments(call) if name in bound]
        wanted = [name for name in dict.fromkeys([*_receiver_of(call), *names]) if self._is_wanted(name)]
        return [] if wanted and any(_has_walrus(child) for child in children(call)) else wanted

    def _is_wanted(self, name: str) -> bool:
        return name in self.readable and self.dial.wants(name)


def _receiver(function: Function) -> str:
    return function.params[0] if function.is_method else ""


def _receiver_of(call: cst.Call) -> Iterator[str]:
    if isinstance(call.func, cst.Attribute) and isinstance(call.func.value, cst.Name):
        yield call.func.value.value


def _arguments(call: cst.Call) -> Iterator[str]:
    for arg in call.args:
        if isinstance(arg.value, cst.Name) and not arg.star:
            yield arg.value.value


def _has_walrus(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.NamedExpr) or any(_has_walrus(child) for child in children(node))
