"""Segments of processes that have ended, are running or were killed, with files of any age."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from segment_encoder import Stream, project, save
from trace_helpers import ADD, MAIN, SITES, started

NOW = 1_800_000_000.0
DAY = 86_400.0


def recorded(folder: Path, day: int, *, age: float, pid: int = 0, clean: bool = True, **header: Any) -> Path:
    """Save a segment with two spans; its file was last changed `age` seconds before `NOW`."""
    pid = pid or 999_000_000 + day  # of nobody
    data = started(pid=pid, clean=clean, **header)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    stream.enter(ADD, day, "x" * 500)
    stream.ret(day)
    stream.leave()
    path = save(project(folder, SITES), data, f"202611{day:02}T091450.000000Z-{pid}.seg")
    os.utime(path, (NOW - age, NOW - age))
    return path


def names(folder: Path) -> list[str]:
    """The days of the segments that are there, with a z where they are compressed."""
    files = sorted((folder / ".spanwright/traces").iterdir())
    return [file.name[6:8] + ("z" if file.suffix == ".segz" else "") for file in files]
