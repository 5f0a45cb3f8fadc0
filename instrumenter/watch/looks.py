"""Looking at a file's bytes, whatever has become of it."""

from __future__ import annotations

from pathlib import Path

from instrumenter import rewrite
from instrumenter.vault import read


def digest_of(path: Path) -> str | None:
    """Give the sha256 of a file's bytes; None if it cannot be read."""
    try:
        return read(path)[1].digest
    except OSError:
        return None


def has_header(path: Path) -> bool:
    """Say whether a file is a twin, edited or not."""
    try:
        return rewrite.read_header(read(path)[0]) is not None
    except OSError:
        return False
