"""A project with a copy of some of the standard library's modules, and a program that does something with each."""

from __future__ import annotations

import ast
import json
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from long_harness import PROGRAMS, CheckFailedError, Project

sys.path.insert(0, str(PROGRAMS))

from exercises import NAMES as MODULES

__all__ = ["MODULES", "copy_modules", "exercise", "parsed"]


def copy_modules(place: Project, modules: Iterable[str]) -> None:
    """Copy the modules into the project's folder `lib`."""
    library = Path(sysconfig.get_path("stdlib"))
    (place.root / "lib").mkdir()
    for name in sorted(set(modules)):
        if (library / name).is_dir():
            shutil.copytree(library / name, place.root / "lib" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(library / f"{name}.py", place.root / "lib" / f"{name}.py")


def exercise(place: Project, observer: str, modules: Iterable[str]) -> Any:
    """Let the program run, observed; return what was observed, its files relative to the project."""
    result = place.root.parent / f"{observer}.json"
    words = [str(PROGRAMS / "exercise.py"), str(place.root / "lib"), observer, str(result), *modules]
    done = place.run(*words, environment={"PYTHONHASHSEED": "0"})
    if done.returncode:
        raise CheckFailedError(f"the exercises failed: {done.stderr[-2000:].decode()}")
    rows = json.loads(result.read_bytes())
    return [[Path(file).relative_to(place.root).as_posix(), *rest] for file, *rest in rows]


def parsed(path: Path) -> ast.Module:
    """Return a file's tree, each node of which knows its parent."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return tree
