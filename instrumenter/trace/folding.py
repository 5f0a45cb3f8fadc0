"""Folds repeated sibling calls: many calls of one function below one parent become one group with figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from instrumenter.trace.forest import Forest
from instrumenter.trace.selection import Selection
from instrumenter.trace.span import Span

FOLD_FROM = 3
"""So many calls of one function below one parent are folded; fewer show more than their figures would."""


@dataclass(slots=True)
class Group:
    """One span, or several calls of the same function below the same parent or group of parents."""

    spans: list[Span]
    total_ns: int = 0
    min_ns: int = 0
    mean_ns: int = 0
    max_ns: int = 0
    errors: int = 0
    unfinished: int = 0
    """So many are open still: they count in the total alone."""
    left_out: int = 0
    """How many spans below these were not recorded."""

    def __post_init__(self) -> None:
        self.total_ns = sum(span.duration_ns for span in self.spans)
        ended = [span.duration_ns for span in self.spans if span.ended]
        if ended:
            self.min_ns, self.mean_ns, self.max_ns = min(ended), sum(ended) // len(ended), max(ended)
        self.errors = sum(span.failed for span in self.spans)
        self.unfinished = len(self.spans) - len(ended)
        self.left_out = sum(span.left_out for span in self.spans)

    @property
    def first(self) -> Span:
        """The span that began first."""
        return self.spans[0]

    @property
    def folded(self) -> bool:
        """Whether it stands for more than one span."""
        return len(self.spans) > 1


class Folding:
    """Lists what is shown below a group: its children, the repeated ones folded, the not selected ones left out."""

    def __init__(self, forest: Forest, selection: Selection, expand: bool) -> None:
        self._forest = forest
        self._selection = selection
        self._expand = expand

    def groups(self, spans: Sequence[Span]) -> list[Group]:
        """Siblings as groups, in the order of their first calls."""
        shown = self._selection.of(spans)
        if self._expand:
            return [Group([span]) for span in shown]
        found: dict[tuple[str, str, bool], list[Span]] = {}
        for span in shown:
            function = span.function
            found.setdefault((function.file, function.name, span.is_function), []).append(span)
        if all(len(members) < FOLD_FROM for members in found.values()):
            return [Group([span]) for span in shown]
        groups = [
            group
            for members in found.values()
            for group in ([Group(members)] if len(members) >= FOLD_FROM else [Group([span]) for span in members])
        ]
        return sorted(groups, key=lambda group: group.first.start_ns)

    def below(self, group: Group) -> list[Group]:
        """The children of a group's spans, merged."""
        if not group.folded:
            return self.groups(self._forest.children(group.first))
        return self.groups([child for span in group.spans for child in self._forest.children(span)])
