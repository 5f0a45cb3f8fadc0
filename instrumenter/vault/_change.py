"""What is to become of one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from instrumenter.vault._disk import Seen, digest
from instrumenter.vault._history import Original
from instrumenter.vault._manifest import Entry


@dataclass(frozen=True)
class Change:
    """One file to be given other bytes."""

    path: Path
    seen: Seen  # the file as it was read, or ABSENT
    content: bytes
    entry: Entry | None  # what the manifest is to say afterwards; None: nothing
    mode: int
    mtime_ns: int | None = None  # None: now
    exact: bool = False  # the time has to be this one; else it may be moved so that no stale bytecode fits it
    keep: tuple[bytes, ...] = ()  # what has to be in the vault before
    originals: tuple[Original, ...] = ()  # for the history, oldest first; what it says already is left out
    sites: Mapping[str, bytes] = field(default_factory=dict)  # files for sites/, by name

    @property
    def replaces(self) -> bool:
        """Say whether the file's bytes change, not only what is known of it."""
        return digest(self.content) != self.seen.digest


class Refusal(Exception):
    """One file cannot be replaced, for a reason of its own."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug
