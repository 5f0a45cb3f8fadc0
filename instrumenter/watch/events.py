"""From the file system's events to paths that are worth a look; what happened to them is for whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from instrumenter.watch.territory import Territory


class NoEventsError(Exception):
    """The file system tells of no events here; the message says why, and what can be done."""


@dataclass(frozen=True)
class Event:
    """Something happened to a file, or to all that lay below a folder; `path` None: events were lost, look everywhere.

    `is_complete`: the file was closed, or renamed to where it is, so that it can be read at once. `failure`: there will
    be no more events, for this reason.
    """

    path: Path | None
    is_complete: bool = True
    is_folder: bool = False
    failure: NoEventsError | None = None


Sink = Callable[[Event], object]


class Source(Protocol):
    """Where events come from. Those of files that are written after `start` has returned all come."""

    def start(self) -> None:
        """Begin; OSError if the system has no more watches to give."""

    def stop(self) -> None:
        """End."""


def open_source(territory: Territory, sink: Sink, *, poll: float | None, say: Callable[[str], object]) -> Source:
    """Start what tells of events: the system where it can, else looking again every `poll` seconds (None: one)."""
    from instrumenter.watch.polling import Polling

    if poll is None:
        try:
            return _system_source(territory, sink)
        except NoEventsError as error:
            say(f"{error}; looking at every file once a second instead")
    source = Polling(territory, sink, poll or 1.0)
    source.start()
    return source


def _system_source(territory: Territory, sink: Sink) -> Source:
    try:
        from instrumenter.watch.inotify import Inotify
    except Exception as error:  # watchdog says in several ways that there is no inotify here
        raise NoEventsError(f"this system has no inotify ({error})") from error
    source = Inotify(territory, sink)
    try:
        source.start()
    except BaseException:
        source.stop()
        raise
    return source
