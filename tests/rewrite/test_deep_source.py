"""Long chains, on which LibCST's own visit gives up, are instrumented exactly."""

from __future__ import annotations

import pytest

from instrumenter import rewrite

SHAPES = {
    "strings": lambda n: "def f():\n    return (" + "\n        ".join(['"a"'] * n) + ")\n",
    "calls": lambda n: "def f(x):\n    return (x" + "\n        .y(1)" * n + ")\n",
    "elif": lambda n: "def f(x):\n    if x:\n        return 0\n" + "    elif x:\n        return 1\n" * n,
    "operators": lambda n: "def f(x):\n    return x" + " + x" * n + "\n",
}


@pytest.mark.parametrize("level", [1, 5])
@pytest.mark.parametrize("shape", SHAPES)
def test_long_chains_are_instrumented(shape: str, level: int) -> None:
    source = SHAPES[shape](400).encode()
    twin = rewrite.instrument(source, level, "x.py")
    assert twin is not None and rewrite.strip(twin.source) == source
