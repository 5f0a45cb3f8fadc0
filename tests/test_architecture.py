"""Who may import whom: docs/design.md."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "instrumenter"
RUNTIME = ROOT / "runtime" / "src" / "spanwright"
# What the parts may import of `instrumenter`, besides themselves and `errors`.
ALLOWED: dict[str, set[str]] = {
    "rewrite": set(),
    "vault": {"settings"},
    "trace": {"settings"},
    "storage": {"settings", "trace"},
    "analysis": {"trace"},
    "store": {"settings", "storage", "trace"},
    "exporting": {"__version__", "analysis", "trace"},
    "importing": {"trace"},
    "git": {"rewrite", "vault", "settings"},
    "settings": set(),
    "watch": {"api", "engine", "git", "rewrite", "settings", "vault"},
}


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, relative ones with their dots."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{alias.name}" if module == "instrumenter" else module for alias in node.names)


@pytest.mark.parametrize("part", ALLOWED)
def test_part_does_not_know_the_others(part: str) -> None:
    allowed = {part, "errors", *ALLOWED[part]}
    for path in (TOOL / part).rglob("*.py"):
        for name in imports(path):
            if name.startswith("instrumenter"):
                assert name.split(".")[1] in allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_runtime_imports_only_itself_and_the_standard_library() -> None:
    for path in RUNTIME.rglob("*.py"):
        for name in imports(path):
            first = name.split(".")[0]
            assert not first or first == "spanwright" or first in sys.stdlib_module_names, f"{path.name}: {name}"


def test_the_folders_that_are_no_packages_have_no_init() -> None:
    assert not (ROOT / "runtime" / "__init__.py").exists()
    assert not (ROOT / "backups" / "__init__.py").exists()


def test_only_the_command_that_watches_knows_the_watcher() -> None:
    knowing = {
        path.relative_to(TOOL).as_posix()
        for path in TOOL.rglob("*.py")
        if "watch" not in path.relative_to(TOOL).parts
        and any(name.startswith("instrumenter.watch") for name in imports(path))
    }
    assert knowing == {"cli/_watch.py"}


def test_only_one_module_knows_watchdog() -> None:
    knowing = {path.name for path in TOOL.rglob("*.py") if any(name.startswith("watchdog") for name in imports(path))}
    assert knowing == {"inotify.py"}


def test_every_module_of_the_python_core_has_its_own_builtins() -> None:
    modules = set(RUNTIME.glob("_py*.py")) - {RUNTIME / "_py_builtins.py"}
    assert {path.name for path in modules if "._py_builtins" not in set(imports(path))} == set()
