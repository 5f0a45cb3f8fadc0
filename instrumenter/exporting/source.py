"""What is exported: the spans that were chosen, one after another, never all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instrumenter.trace.runs import Run
from instrumenter.trace.selection import Selection
from instrumenter.trace.span import Span

MAX_TOKENS = 16_000
"""What a text for an assistant may take where nothing else is said."""
_SUSPENDED = ("generator", "coroutine", "async_generator", "await")
"""Kinds of spans beside which others of the same thread may run."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A span at its place in the tree that is exported."""

    span: Span
    parent: Span | None
    """The span below which it is shown: its parent, or the nearest above that is shown."""
    depth: int
    """0 for a root."""
    trace_id: str
    crossed: bool
    """Whether its next sibling began before it ended, while it was suspended."""


@dataclass(frozen=True, slots=True)
class Source:
    """The chosen spans of a run."""

    run: Run
    roots: Sequence[Span]
    selection: Selection
    max_tokens: int = MAX_TOKENS

    def walk(self) -> Iterator[Visit]:
        """The spans, parents before their children, siblings in the order of their start."""
        forest, shown = self.run.forest, self.selection.of
        for root in shown(self.roots):
            trace_id = forest.trace_id(forest.root(root))
            yield Visit(root, None, 0, trace_id, False)
            levels = [(root, shown(forest.children(root)), 0)]
            while levels:
                parent, siblings, place = levels.pop()
                if place == len(siblings):
                    continue
                levels.append((parent, siblings, place + 1))
                span = siblings[place]
                yield Visit(span, parent, len(levels), trace_id, _crossed(siblings, place))
                levels.append((span, shown(forest.children(span)), 0))

    def spans(self) -> Iterator[Span]:
        """The same without their places."""
        return (visit.span for visit in self.walk())


def _crossed(siblings: Sequence[Span], place: int) -> bool:
    if place + 1 == len(siblings):
        return False
    span, following = siblings[place], siblings[place + 1]
    return following.start_ns < span.end_ns and span.kind in _SUSPENDED
