"""Originals, each in a file named by the sha256 of its bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from instrumenter.vault import _disk


@dataclass(frozen=True)
class Backups:
    """The folder `backups/` of a vault."""

    folder: Path

    def place(self, digest: str) -> Path:
        """Return where the bytes with this digest are kept."""
        return self.folder / digest[:2] / digest

    def get(self, digest: str) -> bytes | None:
        """Return the bytes with this digest, or None if they are missing or damaged."""
        try:
            data = self.place(digest).read_bytes()
        except OSError:
            return None
        return data if _disk.digest(data) == digest else None

    def keep(self, contents: Iterable[tuple[bytes, int]]) -> None:
        """Have these bytes durably, each as readable as the mode given with it says."""
        written = [place for data, mode in contents if (place := self._write(data, mode))]
        if written:
            _disk.make_durable(written)
            _disk.make_durable({self.folder, *(place.parent for place in written)})

    def _write(self, data: bytes, mode: int) -> Path | None:
        digest = _disk.digest(data)
        if self.get(digest) is not None:
            return None
        place = self.place(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f"{digest}.new")
        temporary.unlink(missing_ok=True)
        _disk.create(temporary, data)
        with contextlib.suppress(PermissionError):  # a file system without modes
            temporary.chmod(0o400 | mode & 0o444)
        temporary.replace(place)
        return place
