"""What tests of several areas share: the two cores, each running programs in child processes.

A test that takes `core` runs on both; one that takes `both_cores` compares them. Where the C core was not built (there
was no compiler), its tests are deselected, which pytest's first and last lines say; with `--require-c` they fail. So it
is with the tests that look at pages where there is no Chromium, and `--require-browser`.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from core_under_test import CoreUnderTest
from git_helpers import Tree, make_tree

if TYPE_CHECKING:
    from trapped import Trap

HAS_C = importlib.util.find_spec("spanwright._core") is not None
HAS_BROWSER = bool(shutil.which("chromium")) or any(Path("~/.cache/ms-playwright").expanduser().glob("chromium*"))


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
    parser.addoption("--require-c", action="store_true", help="fail where the C core was not built")
    parser.addoption("--require-browser", action="store_true", help="fail where there is no Chromium")
    parser.addoption(
        "--accept-cases", action="store_true", help="write tests/cases/*/level-N.py from what comes out now"
    )


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [
        f"C core: {'built' if HAS_C else 'not built, its tests are left out'}",
        f"Chromium: {'found' if HAS_BROWSER else 'not found, tests of pages are left out'}",
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    without_c = not HAS_C and not config.getoption("--require-c")
    without_browser = not HAS_BROWSER and not config.getoption("--require-browser")
    needing = {item for item in items if (without_c and _needs_c(item)) or (without_browser and _needs_browser(item))}
    if needing:
        config.hook.pytest_deselected(items=list(needing))
        items[:] = [item for item in items if item not in needing]


def _needs_c(item: pytest.Item) -> bool:
    names: Sequence[str] = getattr(item, "fixturenames", ())
    params: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    trap = str(params.get("trap", "")).partition("-")[0]
    return "needs_c" in names or "c" in (trap, params.get("core"), params.get("app"), params.get("run"))


@pytest.fixture(params=["c-1", "c-2", "c-3", "c-5", "python-2"])
def trap(request: pytest.FixtureRequest, tmp_path: Path) -> Trap:
    """A project whose files are run as they are and as twins: at four levels with the C core, at one with the other."""
    trapped = importlib.import_module("trapped")  # it takes the tool, which CPython 3.10 has not
    core, _, level = request.param.partition("-")
    made: Trap = trapped.Trap(tmp_path / "project", int(level), core)
    return made


def _needs_browser(item: pytest.Item) -> bool:
    return "browser" in getattr(item, "fixturenames", ())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository with plain files."""
    return make_tree(tmp_path / "a project", tmp_path)


@pytest.fixture
def filtered(tree: Tree) -> Tree:
    """The same with both files twins, and git sees their originals."""
    assert tree.instrument("src").code == 0
    done = tree.instrument("--git-filter")
    assert done.code == 0, done.err
    return tree
