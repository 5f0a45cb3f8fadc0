from typing import overload
import numba


@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str:
    """Text."""
def f(a):
    return a


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
