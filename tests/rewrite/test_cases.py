"""Each folder in tests/cases has an original, `input.py`, and what it becomes at some or all levels, `level-N.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from instrumenter import rewrite

CASES = Path(__file__).parent.parent / "cases"
ACTUAL = Path(__file__).parent.parent / "actual"
EXPECTED = sorted((path.parent.name, int(path.stem[-1])) for path in CASES.glob("*/level-?.py"))


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept-cases", default=False))


@pytest.mark.parametrize(("name", "level"), EXPECTED)
def test_twin_is_the_expected_one(name: str, level: int, accept: bool) -> None:
    original = (CASES / name / "input.py").read_bytes()
    twin = rewrite.instrument(original, level, "input.py")
    assert twin is not None
    expected = CASES / name / f"level-{level}.py"
    if accept:
        expected.write_bytes(twin.source)
    actual = ACTUAL / name / f"level-{level}.py"
    actual.parent.mkdir(parents=True, exist_ok=True)
    actual.write_bytes(twin.source)
    assert twin.source == expected.read_bytes()


@pytest.mark.parametrize(("name", "level"), EXPECTED)
def test_strip_gives_the_original_of_an_expected_twin(name: str, level: int) -> None:
    assert rewrite.strip((CASES / name / f"level-{level}.py").read_bytes()) == (CASES / name / "input.py").read_bytes()


def test_every_case_has_an_original() -> None:
    assert {name for name, _ in EXPECTED} == {path.name for path in CASES.iterdir() if (path / "input.py").is_file()}
    assert {level for _, level in EXPECTED} <= set(rewrite.LEVELS)
