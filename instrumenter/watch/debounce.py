"""When to look at a file that something has happened to: soon, but not in the middle of it; knows no clock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_BURST = 20  # files; from so many on they are better done together
_QUIET, _QUIET_IN_BURST = 0.015, 0.1  # seconds without an event, after which what is complete is looked at
_QUIET_OPEN = 0.12  # the same for what may not be complete: written but not closed, or gone and perhaps soon back
_PATIENCE, _PATIENCE_IN_BURST = 0.25, 3.0  # seconds, after which it is looked at whatever goes on


@dataclass
class _Wait:
    first: float
    last: float
    is_complete: bool


class Pending:
    """The files that something happened to; times are seconds of any clock that the caller has."""

    def __init__(self) -> None:
        self._waits: dict[Path, _Wait] = {}
        self._last = 0.0  # of any file

    def __len__(self) -> int:
        return len(self._waits)

    def touch(self, path: Path, now: float, *, is_complete: bool) -> None:
        """Note that something happened to a file; `is_complete`: it was closed, or renamed to where it is."""
        wait = self._waits.setdefault(path, _Wait(now, now, is_complete))
        wait.last = now
        wait.is_complete = is_complete
        self._last = max(self._last, now)

    def later(self, path: Path, when: float) -> None:
        """Have a file looked at again at some time, unless something happens to it before."""
        self._waits.setdefault(path, _Wait(when, when, True))

    def due(self) -> float | None:
        """Return when the first of them is to be looked at; None if there is none."""
        return min(map(self._when, self._waits.values()), default=None)

    def take(self, now: float) -> set[Path]:
        """Give those whose time has come; they are pending no more."""
        ready = {path for path, wait in self._waits.items() if self._when(wait) <= now}
        for path in ready:
            del self._waits[path]
        return ready

    def _when(self, wait: _Wait) -> float:
        if not wait.is_complete:
            return wait.last + _QUIET_OPEN
        if len(self._waits) < _BURST:
            return min(wait.last + _QUIET, wait.first + _PATIENCE)
        return max(wait.last, min(self._last + _QUIET_IN_BURST, wait.first + _PATIENCE_IN_BURST))
