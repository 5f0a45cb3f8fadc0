"""Removes whole runs, the oldest first, never one that still records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instrumenter.errors import StorageError
from instrumenter.storage.ended import bytes_of, ended_at, run_is_over
from instrumenter.trace.runs import Run


@dataclass(frozen=True)
class Limits:
    """How old runs may get, in seconds, and how many bytes they may take together; None: no limit."""

    age: float | None = None
    size: int | None = None


@dataclass(frozen=True)
class Leaving:
    """A run that has to go, and why: `age` or `size`."""

    run: Run
    size: int
    why: str


def leaving(runs: Sequence[Run], limits: Limits, now: float) -> Iterator[Leaving]:
    """Yield the runs, given the oldest first, that have to go at the Unix time `now`."""
    total = sum(map(bytes_of, runs))
    for run in runs:
        size = bytes_of(run)
        old = limits.age is not None and now - ended_at(run) > limits.age
        much = limits.size is not None and total > limits.size
        if (old or much) and run_is_over(run, now):
            total -= size
            yield Leaving(run, size, "age" if old else "size")


def remove(run: Run) -> None:
    """Remove the files of a run, its root last: what a kill leaves behind is still a run; StorageError if refused."""
    for segment in reversed(run.segments):
        try:
            segment.path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError("storage", f"{segment.path}: {error.strerror or error}") from error
