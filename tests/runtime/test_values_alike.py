"""Whatever the value, both cores write the same bytes: random nests of builtins, subclasses, objects and exceptions."""

from __future__ import annotations

import collections
import decimal
import fractions
import pickle
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alike_objects import KINDS, filled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CHILD = Path(__file__).with_name("alike_child.py")


class Pair:
    """A child that records with both cores; a new one after a difference, since the files never meet again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.start()

    def start(self) -> None:
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        command = [sys.executable, str(CHILD), str(folder)]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def stop(self) -> None:
        self.child.communicate()

    def alike(self, values: list[Any]) -> bool:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        pickle.dump(values, self.child.stdin)
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if answer == b"True\n":
            return True
        self.stop()
        self.start()
        return False


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, needs_c: None) -> Iterator[Pair]:
    made = Pair(tmp_path_factory.mktemp("alike"))
    yield made
    made.stop()


texts = st.text() | st.text(st.characters(min_codepoint=0x80), min_size=300, max_size=1_100) | st.just("\ud800")
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(1 << 70), 1 << 70)
    | st.integers(0, 3_000).map(lambda bits: 1 << bits)
    | st.floats()
    | st.complex_numbers()
    | texts
    | st.binary()
    | st.binary(min_size=1_000, max_size=1_100)
    | st.binary().map(bytearray)
    | st.sampled_from(
        [..., NotImplemented, len, int, decimal.Decimal("1.5"), fractions.Fraction(1, 3), range(3), ValueError]
    )
    | st.builds(range, st.integers(-(1 << 65), 1 << 65))
)
keys = st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats()


field_names = st.sampled_from(["a", "b", "c", "name", "password", "\u00fc", "n" * 64, "n" * 65]) | st.text(max_size=3)


def nests(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=40)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(keys, inner, max_size=40)
        | st.sets(keys, max_size=40)
        | st.frozensets(keys, max_size=5)
        | st.dictionaries(st.text(), inner, max_size=5).map(collections.OrderedDict)
        | st.lists(inner, max_size=5).map(collections.deque)
        | st.dictionaries(st.text(), inner, max_size=40).map(lambda fields: types.SimpleNamespace(**fields))
        | st.lists(inner, max_size=40).map(lambda args: ValueError(*args))
        | st.builds(filled, st.sampled_from(KINDS), st.dictionaries(field_names, inner, max_size=4))
        | st.builds(filled, st.sampled_from(KINDS), st.dictionaries(field_names, inner, min_size=30, max_size=36))
    )


values = st.recursive(scalars, nests, max_leaves=30)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(values, min_size=1, max_size=4))
def test_random_values_alike(pair: Pair, values: list[Any]) -> None:
    assert pair.alike(values)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.builds(filled, st.sampled_from(KINDS), st.dictionaries(field_names, values, max_size=3)), min_size=3)
)
def test_random_objects_alike(pair: Pair, values: list[Any]) -> None:
    assert pair.alike(values)
