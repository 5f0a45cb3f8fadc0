from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@86d97e548ecee511", 2, 1, "enter ret fail")  # instrumented, level 3; the original comes back with: uninstrument --restore
from typing import overload
import numba


@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str:
    """Text."""
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret(a)
    except: _sw_fail(0); raise


class Protocol:
    def method(self): ...
    def other(self):
        pass
    def third(self):
        """Third."""
        ...


@numba.njit(cache=True)
def compiled(x):
    def inner(y):
        return y
    return x
