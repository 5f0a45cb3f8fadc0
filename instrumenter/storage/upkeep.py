"""What commands do of themselves, where the settings say so: compress segments, remove old runs, and say it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from instrumenter.errors import SpanwrightError
from instrumenter.settings import NO_RULES, Settings, read_settings
from instrumenter.storage.compress import Compressed, compress, sweep
from instrumenter.storage.retain import Leaving, Limits, leaving, remove
from instrumenter.trace.runs import Traces, trace_folder
from instrumenter.trace.text import plural, size

DAY = 86_400
GIGABYTE = 1 << 30


@dataclass
class Done:
    """What was removed and compressed, or would be."""

    removed: list[Leaving] = field(default_factory=list)
    compressed: list[Compressed] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Say it, a line for each."""
        lines = []
        if self.removed:
            freed = size(sum(one.size for one in self.removed))
            last = self.removed[-1].run.id
            lines.append(f"removed {plural(len(self.removed), 'run')} ({freed}), up to {last}")
        if self.compressed:
            before, after = (sum(getattr(one, name) for one in self.compressed) for name in ("before", "after"))
            lines.append(f"compressed {plural(len(self.compressed), 'segment')} ({size(before)} to {size(after)})")
        return lines


def limits_of(settings: Settings) -> Limits:
    """Give the limits that the settings have; 0 is none."""
    days, gigabytes = settings["RETENTION_DAYS"], settings["MAX_STORAGE_GB"]
    return Limits(days * DAY if days else None, gigabytes * GIGABYTE if gigabytes else None)


def tidy(root: Path, limits: Limits, *, packs: bool, dry_run: bool = False, now: float | None = None) -> Done:
    """Remove what is beyond the limits, then compress what is left if `packs`; StorageError if the disk refuses."""
    now = time.time() if now is None else now
    traces, done = Traces.load(root), Done()
    for one in leaving(traces.runs, limits, now):
        if not dry_run:
            remove(one.run)
        done.removed.append(one)
    if packs and not dry_run:
        sweep(trace_folder(root), now)
        gone = {id(one.run) for one in done.removed}
        kept = (segment for run in traces.runs if id(run) not in gone for segment in run.segments)
        done.compressed = compress(kept, now)
    return done


def upkeep(root: Path, say: Callable[[str], object], now: float | None = None) -> None:
    """Do what TRACING_AUTO_CLEANUP and TRACING_COMPRESS_TRACES ask for; trouble is a line, never a failed command."""
    try:
        settings = read_settings(root, NO_RULES)
        cleans, packs = settings["AUTO_CLEANUP"], settings["COMPRESS_TRACES"]
        if cleans or packs:
            done = tidy(root, limits_of(settings) if cleans else Limits(), packs=packs, now=now)
            for line in done.lines():
                name = "TRACING_AUTO_CLEANUP" if line.startswith("removed") else "TRACING_COMPRESS_TRACES"
                say(f"{line} ({name})")
    except SpanwrightError as error:
        say(f"nothing tidied up: {error} [{error.slug}]")
