"""Tracebacks of instrumented programs are those of the originals, at every level; and those stay what they are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from c_core import needs_c_core
from shown_tracebacks import ACTUAL, GOLDEN, IMPORTED, PROGRAMS, Failing, Shown, essence

pytestmark = needs_c_core

NAMES = sorted(set(PROGRAMS) - IMPORTED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("failing")


@pytest.fixture(scope="module")
def originals(folder: Path) -> dict[str, Shown]:
    failing = Failing(folder)
    failing.write(0)
    return {name: failing.show(name) for name in NAMES}


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 5], ids="level-{}".format)
def twins(folder: Path, originals: dict[str, Shown], request: pytest.FixtureRequest) -> Failing:
    failing = Failing(folder)
    failing.write(request.param)
    return failing


@pytest.mark.parametrize("name", NAMES)
def test_tracebacks_are_those_of_the_original(twins: Failing, originals: dict[str, Shown], name: str) -> None:
    found = twins.show(name)
    assert found.uncaught.err.decode() == originals[name].uncaught.err.decode()
    assert found.caught.err.decode() == originals[name].caught.err.decode()
    assert found == originals[name]


@pytest.mark.parametrize("name", NAMES)
def test_tracebacks_of_the_original_are_the_golden_ones(folder: Path, originals: dict[str, Shown], name: str) -> None:
    text = "\n".join(essence(originals[name].uncaught.err.decode(), folder)) + "\n"
    expected = golden_text(name)
    if text != expected:
        ACTUAL.mkdir(parents=True, exist_ok=True)
        (ACTUAL / f"{name}.txt").write_text(text, "utf-8")
    assert text == expected, f"what came out is in {ACTUAL}"


def golden_text(name: str) -> str:
    """Give the golden of this version, where it differs from the others', else the one of all; none at first."""
    own = GOLDEN / f"{name}.{sys.version_info[0]}.{sys.version_info[1]}.txt"
    path = own if own.exists() else GOLDEN / f"{name}.txt"
    return path.read_text("utf-8") if path.exists() else ""
