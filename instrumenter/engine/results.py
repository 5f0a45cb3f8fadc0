"""What became of one file: a value, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Levels = tuple[tuple[int, int], ...]  # (level, how many functions have probes of it)


@dataclass(frozen=True)
class Changed:
    """The file has other bytes now (or would have, in a dry run). Where no function has probes, it is the original."""

    path: Path
    level: int  # of the file; functions may have others
    levels: Levels = ()
    note: str | None = None  # something the user should know
    before: bytes = b""  # the original, or where that comes back the twin; only where a diff was asked for
    after: bytes = b""
    digest: str = ""  # sha256 of the bytes it has now

    @property
    def functions(self) -> int:
        """Return how many functions have probes."""
        return sum(number for _, number in self.levels)


@dataclass(frozen=True)
class Unchanged:
    """The file is as it should be already, or there is nothing to do in it."""

    path: Path
    slug: str
    reason: str
    before: bytes = b""  # as above: an up-to-date twin has a diff too
    after: bytes = b""


@dataclass(frozen=True)
class Skipped:
    """The file was not looked at, for a reason the user should know."""

    path: Path
    slug: str
    reason: str


@dataclass(frozen=True)
class Failed:
    """The file could not be done and is as it was. `line` and `column` count from 1."""

    path: Path
    slug: str
    reason: str
    line: int | None = None
    column: int | None = None
    details: str | None = None  # a traceback, where the fault is the tool's own


Outcome = Changed | Unchanged | Skipped | Failed
