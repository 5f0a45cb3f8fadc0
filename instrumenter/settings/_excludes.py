"""What a walk through a folder leaves out unless it is named."""

from __future__ import annotations

from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path


class LeftOut(Enum):
    """Why something is left out, as the summary says it."""

    HIDDEN = "version control and caches"
    ENVIRONMENT = "environments"
    BUILD = "build results"
    VENDORED = "vendored code"
    TESTS = "tests"
    RUNTIME = "the recorder itself"
    EXCLUDED = "what TRACING_EXCLUDE_FILES names"
    LANGUAGE = "languages that TRACING_LANGUAGES does not name"
    NEW = "files that are not instrumented yet (TRACING_AUTO_INSTRUMENT is off)"


_FOLDERS = {
    LeftOut.HIDDEN: (
        *(".git", ".hg", ".svn", ".bzr", ".jj", ".spanwright"),
        *("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints"),
    ),
    LeftOut.ENVIRONMENT: (".venv", ".tox", ".nox", "site-packages", "dist-packages", "__pypackages__"),
    LeftOut.BUILD: (".eggs", "*.egg-info", "*.dist-info"),
    LeftOut.VENDORED: ("_vendor", "vendor", "_vendored", "vendored", "third_party", "node_modules"),
    LeftOut.TESTS: ("tests", "test"),
}
# What a build leaves behind has no `__init__.py`; a package of that name is somebody's code.
_BUILD_FOLDERS = ("build", "dist")
_TEST_FILES = ("test_*.py", "*_test.py", "conftest.py")


def left_out(path: Path, *, is_folder: bool) -> LeftOut | None:
    """Say why a walk leaves out this file or folder; None if it does not."""
    if not is_folder:
        return LeftOut.TESTS if _is_one_of(path.name, _TEST_FILES) else None
    if path.name in _BUILD_FOLDERS and not (path / "__init__.py").exists():
        return LeftOut.BUILD
    if (path / "pyvenv.cfg").exists() or (path / "conda-meta").exists():
        return LeftOut.ENVIRONMENT  # whatever its name; the standard library has a package called `venv`
    if path.name == "spanwright" and (path / "_pycore.py").exists():
        return LeftOut.RUNTIME  # a twin of it would import itself
    return next((kind for kind, globs in _FOLDERS.items() if _is_one_of(path.name, globs)), None)


def _is_one_of(name: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
