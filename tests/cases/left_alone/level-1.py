from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@bd18e9df3369f95b", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
from typing import overload
import numba


@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str:
    """Text."""
def f(a):
    try:
        _sw_enter(0)
        return a
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


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
