"""Finding the folder that a vault belongs to."""

from __future__ import annotations

from pathlib import Path

VAULT_FOLDER = ".spanwright"
_MARKERS = ("pyproject.toml", "setup.cfg", ".git")


def find_root(target: Path) -> Path:
    """Return the root of the project that `target`, a file or a folder, belongs to; links are resolved first.

    The nearest folder upwards that has a vault; else the nearest that looks like a project's root; else its own.
    """
    target = target.resolve()
    start = target if target.is_dir() else target.parent
    upwards = (start, *start.parents)
    for folder in upwards:
        if (folder / VAULT_FOLDER).is_dir():
            return folder
    for folder in upwards:
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    return start
