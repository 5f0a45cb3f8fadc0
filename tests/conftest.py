"""What tests of several areas share: the two cores, each running programs in child processes.

A test that takes `core` runs on both; one that takes `both_cores` compares them. Where the C core was not built, the
tests on it fail, unless pytest is told `--no-c-extension`, which deselects them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from core_under_test import CoreUnderTest


def _core(name: str, folder: Path) -> CoreUnderTest:
    (folder / ".spanwright").mkdir(exist_ok=True)
    return CoreUnderTest(name, folder, folder / f"traces-{name}")


@pytest.fixture(params=["c", "python"])
def core(request: pytest.FixtureRequest, tmp_path: Path) -> CoreUnderTest:
    """Each core in turn."""
    return _core(request.param, tmp_path)


@pytest.fixture(scope="session")
def needs_c() -> None:
    """What takes this is left out where there is no C core."""


@pytest.fixture
def both_cores(tmp_path: Path, needs_c: None) -> tuple[CoreUnderTest, CoreUnderTest]:
    """The two cores, C and Python, in one project."""
    return _core("c", tmp_path), _core("python", tmp_path)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-c-extension", action="store_true", help="leave out the tests on the C core, which was not built")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--no-c-extension"):
        needing = [item for item in items if _needs_c(item)]
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


def _needs_c(item: pytest.Item) -> bool:
    names: Sequence[str] = getattr(item, "fixturenames", ())
    params: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    return "needs_c" in names or params.get("core") == "c"
