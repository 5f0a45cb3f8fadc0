"""Writes what a command makes into a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from instrumenter.errors import StorageError


def save(pieces: Iterable[str], path: Path) -> None:
    """Write text to a file as UTF-8; raises `StorageError` where that cannot be written."""
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
    except OSError as error:
        raise StorageError("cannot-write", f"{path}: {error.strerror}") from error
