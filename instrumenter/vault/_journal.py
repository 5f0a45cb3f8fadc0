"""The journal: what a command is about to do, so that the next one can tell what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instrumenter.vault import _disk
from instrumenter.vault._manifest import Entry, entry_of, row_of
from instrumenter.vault._sealed import seal, unseal


@dataclass(frozen=True)
class Step:
    """One file that is to be replaced: digests of its bytes before and after, and its entry once that is done."""

    path: str
    before: str
    after: str
    temporary: str  # name of the file, in the same folder, that will be renamed
    entry: Entry | None  # None: the file is no twin any more


@dataclass(frozen=True)
class Settled:
    """What became of the steps of a journal: the files (by path) that were replaced, and those that were not."""

    entries: dict[str, Entry]
    done: tuple[str, ...]
    undone: tuple[str, ...]

    def __str__(self) -> str:
        done, undone = len(self.done), len(self.undone)
        return f"an earlier command was cut short: {done} of its files had been replaced, {undone} are as they were"


def encode(steps: Iterable[Step]) -> bytes:
    """Return the bytes of the journal."""
    return seal("journal", (_row(step) for step in steps))


def decode(data: bytes, path: Path) -> list[Step]:
    """Return the steps; VaultError if the bytes, read from `path`, are no journal of this version."""
    return [_step(row) for row in unseal("journal", data, path)]


def settle(steps: Iterable[Step], entries: Mapping[str, Entry], root: Path) -> Settled:
    """Find out by the files' bytes how far the steps got; return the entries that are true now. Changes nothing."""
    settled = dict(entries)
    done, undone = [], []
    for step in steps:
        if not _is_done(step, _disk.digest_of(root / step.path)):
            undone.append(step.path)
            continue
        done.append(step.path)
        settled.pop(step.path, None)
        if step.entry is not None:
            settled[step.path] = step.entry
    return Settled(settled, tuple(done), tuple(undone))


def _is_done(step: Step, now: str | None) -> bool:
    """A file that is neither what it was nor what it was to be was edited since: keep what leads to an original."""
    if step.entry is None:
        return now == step.after
    return now == step.after or now != step.before


def _row(step: Step) -> dict[str, Any]:
    return {
        "path": step.path,
        "before": step.before,
        "after": step.after,
        "temporary": step.temporary,
        "entry": None if step.entry is None else row_of(step.entry),
    }


def _step(row: dict[str, Any]) -> Step:
    return Step(**{**row, "entry": None if row["entry"] is None else entry_of(row["entry"])})
