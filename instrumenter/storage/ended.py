"""Which segments nobody writes to any more."""

from __future__ import annotations

from pathlib import Path

from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment

QUIET = 600
"""Seconds without a change after which the segment of a process that did not say its end counts as ended: the process
may live in a container or on a computer whose processes are not seen here."""


def is_over(segment: Segment, now: float) -> bool:
    """Say whether a segment will not be written to any more; `now` is Unix time. Nobody writes to a dump."""
    if segment.header.is_dump:
        return True
    if segment.is_alive:
        return False
    return segment.header.clean or now - changed(segment.path) > QUIET


def run_is_over(run: Run, now: float) -> bool:
    """Say whether no process of a run records any more."""
    return all(is_over(segment, now) for segment in run.segments)


def ended_at(run: Run) -> float:
    """Give the Unix time at which something was last written to the files of a run."""
    return max(changed(segment.path) for segment in run.segments)


def changed(path: Path) -> float:
    """Give the Unix time of a file's last change; 0 where it is gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def bytes_of(run: Run) -> int:
    """Give the bytes that the files of a run take."""
    total = 0
    for segment in run.segments:
        try:
            total += segment.path.stat().st_size
        except OSError:
            continue
    return total
