"""Finding the folder that a vault belongs to."""

from __future__ import annotations

from pathlib import Path

from instrumenter.errors import UsageError

VAULT_FOLDER = ".spanwright"
_MARKERS = ("tracing.yaml", "pyproject.toml", "setup.cfg", ".git")


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


def find_vault(folder: Path) -> Path | None:
    """Return the root of the project that a command in `folder` is about, if anything was instrumented there.

    The nearest folder upwards that has a vault; else the one sub-folder that has: `instrument src/` puts the vault into
    `src/` where nothing says that the project is larger. UsageError if several have.
    """
    folder = folder.resolve()
    upwards = next((place for place in (folder, *folder.parents) if (place / VAULT_FOLDER).is_dir()), None)
    if upwards is not None:
        return upwards
    below = sorted(place.parent for place in folder.glob(f"*/{VAULT_FOLDER}"))
    if len(below) > 1:
        names = ", ".join(place.name for place in below)
        raise UsageError("several-projects", f"several projects here have something instrumented, name one: {names}")
    return below[0] if below else None
