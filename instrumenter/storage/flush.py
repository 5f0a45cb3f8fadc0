"""Has the kernel write to the disk what running programs have recorded; they themselves never wait for a disk."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from instrumenter.settings import NO_RULES, read_settings
from instrumenter.trace.runs import Traces

_SECOND = 10**9


@contextlib.contextmanager
def flushing(roots: Collection[Path]) -> Iterator[None]:
    """Flush the projects that want it as often as their TRACING_FLUSH_INTERVAL says; UsageError if one is wrong."""
    ends = threading.Event()
    threads = []
    for root in roots:
        interval = read_settings(root, NO_RULES)["FLUSH_INTERVAL"]
        if interval:
            threads.append(threading.Thread(target=_keep_flushing, args=(root, interval / _SECOND, ends)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def _keep_flushing(root: Path, interval: float, ends: threading.Event) -> None:
    while not ends.wait(interval):
        flush(root)


def flush(root: Path) -> int:
    """Flush the segments of processes that live; gives how many. One that is gone meanwhile needs no flush."""
    flushed = 0
    for segment in (segment for run in Traces.load(root).runs for segment in run.segments):
        if segment.is_alive and not segment.header.is_dump:
            with contextlib.suppress(OSError):
                number = os.open(segment.path, os.O_RDONLY)
                try:
                    os.fsync(number)
                    flushed += 1
                finally:
                    os.close(number)
    return flushed
