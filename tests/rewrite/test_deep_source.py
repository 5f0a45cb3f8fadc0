"""What LibCST has trouble with is instrumented exactly, or refused with the reason: long chains, odd white space."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from instrumenter import rewrite
from instrumenter.errors import RewriteError

SHAPES: dict[str, Callable[[int], str]] = {
    "strings": lambda n: "def f():\n    return (" + "\n        ".join(['"a"'] * n) + ")\n",
    "calls": lambda n: "def f(x):\n    return (x" + "\n        .y(1)" * n + ")\n",
    "elif": lambda n: "def f(x):\n    if x:\n        return 0\n" + "    elif x:\n        return 1\n" * n,
    "operators": lambda n: "def f(x):\n    return x" + " + x" * n + "\n",
}
SPACES = b"""\
def f(x):
    try:
        x( )
    except  ValueError :
        return [ x ,]
    except (KeyError , OSError)  as  error  :
        raise  error  from  None
    finally :
        del  x [ 0 ] , x
    while  x : pass ; x = 1 ;
    else  :
        lambda  y :y
"""


@pytest.mark.parametrize("level", [1, 5])
@pytest.mark.parametrize("shape", SHAPES)
def test_long_chains_are_instrumented(shape: str, level: int) -> None:
    source = SHAPES[shape](400).encode()
    twin = rewrite.instrument(source, level, "x.py")
    assert twin is not None and rewrite.strip(twin.source) == source


@pytest.mark.parametrize("shape", SHAPES)
def test_chains_without_end_are_instrumented_or_refused_with_the_reason(shape: str) -> None:
    source = SHAPES[shape](1000).encode()
    try:
        twin = rewrite.instrument(source, 3, "x.py")
    except RewriteError as error:
        assert error.slug in ("too-deep", "does-not-compile")
    else:
        assert twin is not None and rewrite.strip(twin.source) == source


@pytest.mark.parametrize("level", rewrite.LEVELS)
def test_odd_white_space_is_kept(level: int) -> None:
    """LibCST does not give `except A :` back: it is not asked to."""
    twin = rewrite.instrument(SPACES, level, "x.py")
    assert twin is not None and rewrite.strip(twin.source) == SPACES
