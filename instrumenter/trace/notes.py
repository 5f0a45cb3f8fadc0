"""The events of a span as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from instrumenter.trace.blocks import Outcome
from instrumenter.trace.changes import difference_text
from instrumenter.trace.events import Event
from instrumenter.trace.text import clean, value_text

_TOGETHER = 20
"""So many lines that ran one after another are one note."""


@dataclass(frozen=True, slots=True)
class Note:
    """One line about one event, or about several lines that ran with nothing else in between."""

    time_ns: int
    text: str


def notes(events: Iterable[Event], apart: Sequence[int] = ()) -> Iterator[Note]:
    """The events as notes, in their order; lines between which one of these moments lies are told apart."""
    lines: list[Event] = []
    place = 0
    for event in events:
        passed = place
        while place < len(apart) and apart[place] < event.time_ns:
            place += 1
        if lines and (event.type != "line" or place > passed or len(lines) == _TOGETHER):
            yield _lines(lines)
            lines = []
        if event.type == "line":
            lines.append(event)
        else:
            yield Note(event.time_ns, f"{event.line}: {said(event)}")
    if lines:
        yield _lines(lines)


def _lines(events: list[Event]) -> Note:
    word = "line" if len(events) == 1 else "lines"
    return Note(events[0].time_ns, f"{word} {' '.join(str(event.line) for event in events)}")


def said(event: Event) -> str:
    """What an event says, without its line."""
    if event.outcome:
        return outcome_text(event.outcome)
    if event.changes:
        return ", ".join(f"{name}: {clean(difference_text(change))}" for name, change in event.changes)
    between = f" {event.operator or '='} "
    return ", ".join(f"{name}{between}{clean(value_text(value))}" for name, value in event.values)


def outcome_text(outcome: Outcome) -> str:
    """`if → then`, `if not taken`, `match → case 2`, `for ×3`."""
    if outcome.type == "loop":
        return f"{outcome.what} ×{outcome.turns:,}"
    what = "… if … else …" if outcome.what == "arm" else outcome.what
    if outcome.taken == "none":
        return f"{what} not taken"
    return f"{what} → {outcome.taken if isinstance(outcome.taken, str) else f'case {outcome.taken + 1}'}"
