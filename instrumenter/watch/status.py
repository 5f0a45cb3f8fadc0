"""What a watcher says: lines, and on a terminal one line below them that is always up to date."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from instrumenter.engine.results import Changed, Failed, Outcome, Skipped

_MANY = 5  # files; more of them get one line together
_UNFINISHED = {"does-not-parse", "does-not-compile", "not-decodable", "cannot-strip", "merge-conflict"}
_ERASE = "\r\x1b[K"


@dataclass
class Said:
    """Says things on `out`; nothing that happens to it, a terminal that was closed say, disturbs the watcher.

    `name` gives a path as the user would write it.
    """

    out: TextIO
    name: Callable[[Path], str]
    is_terminal: bool = False
    _status: str = ""
    _troubles: dict[Path, str] = field(default_factory=dict)

    def line(self, text: str) -> None:
        """Say a line."""
        self._write(f"{_ERASE}{text}\n{self._status}" if self._status else f"{text}\n")

    def status(self, text: str) -> None:
        """Have this line below all others; nothing where there is no terminal."""
        if self.is_terminal and text != self._status:
            self._status = text
            self._write(f"{_ERASE}{text}")

    def outcomes(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """Say what became of some files, each trouble once."""
        changed = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
        if len(changed) <= _MANY:
            for one in changed:
                self.line(
                    f"{self.name(one.path)}: {_what(one)}{f'; {one.note}' if one.note else ''} ({_time(seconds)})"
                )
        else:
            self.line(f"{_many(changed)} ({_time(seconds)})")
        for outcome in outcomes:
            if isinstance(outcome, Failed | Skipped):
                self._trouble(outcome)
            else:
                self._troubles.pop(outcome.path, None)

    def _trouble(self, outcome: Failed | Skipped) -> None:
        text = self._reason(outcome)
        if self._troubles.get(outcome.path) != text:
            self._troubles[outcome.path] = text
            self.line(text)

    def _reason(self, outcome: Failed | Skipped) -> str:
        name = self.name(outcome.path)
        if isinstance(outcome, Skipped):
            return f"{name}: skipped: {outcome.reason} [{outcome.slug}]"
        place = ":".join(str(part) for part in (name, outcome.line, outcome.column) if part is not None)
        later = "; taken up when that is mended" if outcome.slug in _UNFINISHED else ""
        return f"{place}: {outcome.reason}{later} [{outcome.slug}]"

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.out.write(text)
            self.out.flush()


def _what(changed: Changed) -> str:
    if not changed.levels:
        return "is its original"
    levels = ", ".join(str(level) for level, _ in changed.levels)
    functions = "function" if changed.functions == 1 else "functions"
    return f"instrumented, {changed.functions} {functions} at level {levels}"


def _many(changed: Sequence[Changed]) -> str:
    twins = sum(bool(one.levels) for one in changed)
    originals = len(changed) - twins
    parts = [f"{twins} files instrumented"] * bool(twins) + [f"{originals} files are their originals"] * bool(originals)
    return ", ".join(parts)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
