"""What a walk through a folder leaves out unless it is named."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

_FOLDERS = (
    *(".git", ".hg", ".svn", ".bzr", ".jj"),
    *(".spanwright", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints"),
    *(".venv", ".tox", ".nox", "site-packages", "dist-packages", "__pypackages__", "node_modules"),
    *(".eggs", "*.egg-info", "*.dist-info"),
    *("_vendor", "vendor", "_vendored", "vendored", "third_party"),
    *("tests", "test"),
)
# What a build leaves behind has no `__init__.py`; a package of that name is somebody's code.
_BUILD_FOLDERS = ("build", "dist")
_FILES = ("test_*.py", "*_test.py", "conftest.py")


def left_out(path: Path, *, is_folder: bool) -> bool:
    """Say whether a walk leaves out this file or folder: other people's code, build results, caches, tests."""
    if not is_folder:
        return any(fnmatchcase(path.name, glob) for glob in _FILES)
    if path.name in _BUILD_FOLDERS:
        return not (path / "__init__.py").exists()
    return any(fnmatchcase(path.name, glob) for glob in _FOLDERS) or _is_environment(path) or _is_runtime(path)


def _is_environment(folder: Path) -> bool:
    """A virtual or a conda environment, whatever its name (the standard library has a package named `venv`)."""
    return (folder / "pyvenv.cfg").exists() or (folder / "conda-meta").exists()


def _is_runtime(folder: Path) -> bool:
    """The recorder itself: a twin of it would import itself."""
    return folder.name == "spanwright" and (folder / "_pycore.py").exists()
