"""What is compared before and after: a function's parameters, a call's arguments, where they are plain local names."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from instrumenter.rewrite.dial import Dial
from instrumenter.rewrite.gather import Function
from instrumenter.rewrite.walk import children


def kept_params(function: Function, dial: Dial) -> list[str]:
    """Give the parameters that are compared at the function's end with what they held at its beginning."""
    if function.level < 4 or not dial.capture.params:
        return []
    names = function.names.unchanged(function.params)
    return [name for name in names if name != _receiver(function) and dial.wants(name)]


def kept_arguments(function: Function, call: cst.Call, dial: Dial) -> list[str]:
    """Give the receiver and arguments that are compared when the call is over with what they held before it.

    They were read just before the call, so they are bound; what binds names between (`f(x, x := 1)`) forbids it.
    """
    if function.level < 4:
        return []
    readable = function.names.readable(function.params) - {_receiver(function)}
    names = dict.fromkeys(name for name in _plain_names(call) if name in readable and dial.wants(name))
    return [] if names and any(_has_walrus(child) for child in children(call)) else list(names)


def _receiver(function: Function) -> str:
    return function.params[0] if function.is_method else ""


def _plain_names(call: cst.Call) -> Iterator[str]:
    if isinstance(call.func, cst.Attribute) and isinstance(call.func.value, cst.Name):
        yield call.func.value.value
    for arg in call.args:
        if isinstance(arg.value, cst.Name) and not arg.star:
            yield arg.value.value


def _has_walrus(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.NamedExpr) or any(_has_walrus(child) for child in children(node))
