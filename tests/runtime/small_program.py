"""A small hand-made twin, and the events that it must leave in its main thread.

Lines in frames count from the twin's header, which is line 1; the first line of a source is line 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Program:
    """A twin's source without the header, and its events."""

    name: str
    source: str
    events: tuple[str, ...]


def program(name: str, source: str, events: str) -> Program:
    """Make a program; indentation is taken off both."""
    return Program(name, dedent(source).lstrip(), tuple(dedent(events).strip().splitlines()))
