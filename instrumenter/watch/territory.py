"""Which folders are watched, and which of the files in them can matter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from instrumenter.engine.discover import SUFFIXES
from instrumenter.settings import TRACING_YAML, LeftOut, left_out

_NEVER = {LeftOut.HIDDEN, LeftOut.ENVIRONMENT, LeftOut.BUILD, LeftOut.VENDORED, LeftOut.RUNTIME}


class Territory:
    """The folders from each project's root down to its targets, and what is below these.

    The way down is watched so that a target that goes and comes back, as with a change of branches, is met again.
    """

    def __init__(self, roots: Iterable[Path], targets: Iterable[Path], files: Iterable[Path]) -> None:
        self.roots = sorted(set(roots))
        self.targets = tuple(set(targets))
        self._files = set(files)
        self._known = {folder for path in (*self.targets, *self._files) for folder in path.parents}

    @property
    def starts(self) -> list[Path]:
        """Return the folders to begin with: the roots, and where files lie that links lead out to."""
        outside = {path.parent for path in self._files if not any(map(path.is_relative_to, self.roots))}
        return [*self.roots, *sorted(outside)]

    def has_folder(self, path: Path) -> bool:
        """Say whether a folder, whose parent is one of the territory, is one, too."""
        if path in self._known or path in self.targets:
            return True
        if not any(map(path.is_relative_to, self.targets)):
            return False
        return left_out(path, is_folder=True) not in _NEVER

    def has_file(self, path: Path) -> bool:
        """Say whether what happens to a file can matter."""
        if path in self._files or path in self.targets:
            return True
        if path.name == TRACING_YAML:
            return path.parent in self.roots
        return path.suffix in SUFFIXES and any(map(path.is_relative_to, self.targets))

    def folders(self, top: Path) -> Iterator[Path]:
        """Yield the folders from one on downwards."""
        yield top
        for entry in listed(top):
            path = top / entry.name
            if entry.is_dir(follow_symlinks=False) and self.has_folder(path):
                yield from self.folders(path)

    def files(self, folder: Path) -> Iterator[Path]:
        """Yield the files in a folder that can matter."""
        for entry in listed(folder):
            path = folder / entry.name
            if self.has_file(path) and not entry.is_dir():
                yield path


def listed(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries of a folder; none if it cannot be read or is gone."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
