"""Whatever is typed into a twin, at whatever place, is in what is taken out of it, or the twin is refused."""

from __future__ import annotations

import ast
import re
import warnings
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from instrumenter import rewrite
from instrumenter.errors import RewriteError
from instrumenter.rewrite.source import Source
from instrumenter.rewrite.strip import _Stripper

CASES = Path(__file__).parents[1] / "cases"
NAMES = ("assignments", "awaits", "calls", "call_arguments", "generators", "handlers", "headers", "matching", "strings")
TYPED = ("zz", ", zz", "zz, ", ",", " ", "# mine", "\n# mine\n")
SOURCE = b"def f(d, e):\n    x = g(d)\n    h(d, k(e))\n    return [x, d]\n"


@cache
def twin_of(name: str, level: int) -> tuple[str, str, tuple[tuple[int, int], ...]]:
    """Give a case's original, its twin, and the spans of the twin that are ours."""
    original = (CASES / name / "input.py").read_bytes() if name else SOURCE
    twin = rewrite.instrument(original, level, "x.py")
    assert twin is not None
    source = Source.read(twin.source)
    stripper = _Stripper(source)
    stripper.run()
    return Source.read(original).text, source.text, tuple(sorted(stripper.spans))


def meaning(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return None


def squeezed(text: str) -> str:
    return "".join(text.split())


def our_strings(twin: str) -> list[tuple[int, int]]:
    """Give the places of the file's name and those of methods: whatever they say, they are ours."""
    return [found.span() for found in re.finditer(r'(?<=__name__, )"[^"]*@|(?<=, )"[^"]*"(?=[,)])', twin)]


def check(name: str, level: int, place: int, typed: str) -> None:
    """Type something into a twin and take the probes out."""
    original, twin, spans = twin_of(name, level)
    place %= len(twin) + 1
    edited = twin[:place] + typed + twin[place:]
    try:
        taken = Source.read(rewrite.take_out(edited.encode())).text
    except RewriteError:
        return
    if any(start < place < end for start, end in our_strings(twin)):
        return
    near = edited[max(0, place - 30) : place + 30], taken
    word = typed.strip(", \n")
    assert not word or taken.count(word) == original.count(word) + 1, near
    if meaning(edited) is None:  # what is not there is white space at most
        assert len(squeezed(taken)) >= len(squeezed(original + typed)), near
        return
    mine = place - sum(end - start for start, end in spans if end <= place)
    if not any(start <= place <= end for start, end in spans):
        expected = original[:mine] + typed + original[mine:]
        meant = {meaning(expected), meaning(original)} if "\n" in typed else {meaning(expected)}
        # What stands in parentheses of ours may need some of its own, and has them then.
        assert taken == expected or meaning(taken) in meant or meaning(expected) is None, near
    elif not typed.strip():
        assert meaning(taken) == meaning(original), near
    else:  # at the edge of a piece it may have become part of the one or of the other
        assert len(squeezed(taken)) >= len(squeezed(original + typed)), near


@settings(max_examples=400, deadline=None, derandomize=True)
@example("assignments", 2, 12706, ",")
@example("awaits", 5, 33520, "# mine")
@given(st.sampled_from(NAMES), st.sampled_from(rewrite.LEVELS), st.integers(0, 1 << 20), st.sampled_from(TYPED))
def test_insertion_is_kept_or_refused(name: str, level: int, place: int, typed: str) -> None:
    check(name, level, place, typed)


@pytest.mark.parametrize("level", rewrite.LEVELS)
@pytest.mark.parametrize("typed", ["zz", ", zz", "# mine"])
def test_insertion_at_every_place_of_a_small_twin_is_kept_or_refused(level: int, typed: str) -> None:
    for place in range(len(twin_of("", level)[1]) + 1):
        check("", level, place, typed)
