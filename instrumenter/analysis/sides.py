"""One side of a comparison: the spans, and what each function took, failed and was called."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from instrumenter.analysis.columns import Columns, Subject
from instrumenter.trace.forest import Forest
from instrumenter.trace.span import Span

Key = tuple[str, str, bool]
"""File, name, whether it is an instrumented function: what is the same on both sides."""


@dataclass(slots=True)
class Calls:
    """All calls of one function."""

    subject: Subject
    durations: array[int] = field(default_factory=lambda: array("q"))
    own: array[int] = field(default_factory=lambda: array("q"))
    """What each took without the instrumented functions below it."""
    errors: int = 0


class Side:
    """The spans at and below some roots, by what they are activations of."""

    def __init__(self, forest: Forest, roots: Sequence[Span], alias: tuple[Key, Key] | None = None) -> None:
        self.columns = Columns(forest, roots)
        self.keys = [_key(subject, alias) for subject in self.columns.subjects]
        """Of each subject."""
        self.callers = self._callers()
        """Of each place that of the function that called it; -1 for none."""
        self.functions = self._functions()

    def key(self, place: int) -> Key:
        """What the span at a place is compared as."""
        return self.keys[self.columns.kinds[place]]

    @property
    def total_ns(self) -> int:
        """What the roots took together."""
        return self.columns.total_ns

    def _callers(self) -> array[int]:
        found = array("i")
        for parent in self.columns.parents:
            found.append(parent if parent < 0 or self.columns.subject(parent).is_function else found[parent])
        return found

    def _functions(self) -> dict[Key, Calls]:
        columns, own = self.columns, self.columns.self_times()
        found: dict[Key, Calls] = {}
        for place in range(len(columns) - 1, -1, -1):
            subject = columns.subject(place)
            if not subject.is_function:
                if columns.parents[place] >= 0:
                    own[columns.parents[place]] += own[place]
                continue
            calls = found.setdefault(self.key(place), Calls(subject))
            calls.durations.append(columns.duration(place))
            calls.own.append(own[place])
            calls.errors += columns.failed(place)
        return found

    def errors(self) -> dict[tuple[Key, str], list[int]]:
        """The places where exceptions were raised, or came in from what is not instrumented, by function and type."""
        columns = self.columns
        passed: Counter[tuple[int, str]] = Counter()
        found: dict[tuple[Key, str], list[int]] = {}
        for place in range(len(columns) - 1, -1, -1):
            if not columns.failed(place) or not columns.subject(place).is_function:
                continue
            failure = columns.span(place).brief_failure()
            kind = failure.type if failure else ""
            passed[self.callers[place], kind] += 1
            if not passed[place, kind]:
                found.setdefault((self.key(place), kind), []).append(place)
        return {key: places[::-1] for key, places in found.items()}


def _key(subject: Subject, alias: tuple[Key, Key] | None) -> Key:
    """What a subject is compared as; `alias` has one function of this side stand for one of the other."""
    key = subject.file, subject.name, subject.is_function
    return alias[1] if alias and key == alias[0] else key
