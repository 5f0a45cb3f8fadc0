"""A function line by line: how often each line ran, how long it took, what it bound last, which way it went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from instrumenter.trace import ops
from instrumenter.trace.blocks import Blocks, Outcome
from instrumenter.trace.definitions import File
from instrumenter.trace.events import LINE_EVENTS, Event, checkpoint
from instrumenter.trace.forest import Forest
from instrumenter.trace.happenings import Happening
from instrumenter.trace.notes import outcome_text
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.runs import Run
from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import FUNCTIONS, Site, SiteTable
from instrumenter.trace.span import Span
from instrumenter.trace.table import AWAIT, CALL

LINES = 5
"""From this level on lines are recorded; below it is known how often and how long they called, and what they bound."""


@dataclass(slots=True)
class Line:
    """What is known of one line; None where nothing can be."""

    ran: int | None = None
    ns: int | None = None
    values: tuple[Event, ...] = ()
    """The last checkpoint of each place on it that binds names."""
    branches: Counter[str] = field(default_factory=Counter)
    """How often its statement took which branch."""
    turns: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A function in one version of its file, and its spans."""

    file: File
    table: SiteTable
    number: int
    """Of the function, in the table."""
    spans: list[Span]

    @property
    def site(self) -> Site:
        """The function."""
        return self.table.sites[self.number]


def subjects(run: Run, pattern: Pattern) -> Iterator[Subject]:
    """The functions of a run that are meant, each with all its spans."""
    found: dict[tuple[str, int], Subject] = {}
    for segment in run.segments:
        meant = _meant(segment, pattern)
        for index, (site, flags) in enumerate(zip(segment.table.sites, segment.table.flags, strict=True)):
            if site in meant and not flags & (CALL | AWAIT):
                file, table = meant[site]
                subject = Subject(file, table, site - file.base, [])
                found.setdefault((file.table, subject.number), subject).spans.append(Span(segment, index))
    yield from sorted(found.values(), key=lambda one: (one.file.filename, one.site.line))


def _meant(segment: Segment, pattern: Pattern) -> dict[int, tuple[File, SiteTable]]:
    """The sites of the functions that are meant, with what they are in."""
    found = {}
    for site in set(segment.table.sites):
        function, file = segment.function(site), segment.definitions.file(site)
        table = segment.definitions.table(file) if file else None
        if file and table and function.kind in FUNCTIONS and pattern.matches(function.file, function.name):
            found[site] = file, table
    return found


def subject_of(span: Span) -> Subject | None:
    """The function of one span; None where its site table is missing."""
    file = span.segment.definitions.file(span.site_number)
    table = span.segment.definitions.table(file) if file else None
    return Subject(file, table, span.site_number - file.base, [span]) if file and table else None


class Listing:
    """Adds up the spans of a function."""

    def __init__(self, subject: Subject, forest: Forest) -> None:
        self._subject = subject
        self._forest = forest
        self._owned = dict(subject.table.owned(subject.number))
        self._counts: Counter[int] = Counter()
        self._ns: defaultdict[int, int] = defaultdict(int)
        self._last: dict[int, tuple[int, Span, Happening]] = {}
        self._outcomes: list[Counter[tuple[int, str]]] = [Counter(), Counter()]
        for span in subject.spans:
            self._follow(span)
            if subject.site.level < LINES:
                self._calls(span)

    @property
    def lines(self) -> dict[int, Line]:
        """What is known, by the lines of the original."""
        found: defaultdict[int, Line] = defaultdict(Line)
        found[self._subject.site.line] = Line(
            len(self._subject.spans), sum(span.duration_ns for span in self._subject.spans)
        )
        kinds = ("line",) if self._subject.site.level >= LINES else ("call", "var")
        for number, site in self._owned.items():
            line = found[site.line]
            if site.kind in kinds:
                line.ran = max(line.ran or 0, self._counts[number])
                if number in self._ns:
                    line.ns = (line.ns or 0) + self._ns[number]
        self._add_values(found)
        self._add_outcomes(found)
        return found

    def _add_values(self, found: defaultdict[int, Line]) -> None:
        for number in sorted(self._last):
            time, span, one = self._last[number]
            site = self._owned[number]
            found[site.line].values += (checkpoint(span.segment, one, site, time),)

    def _add_outcomes(self, found: defaultdict[int, Line]) -> None:
        branches, turns = self._outcomes
        for (line, said), count in branches.items():
            found[line].branches[said] += count
        for (line, _), count in turns.items():
            found[line].turns = (found[line].turns or 0) + count

    def _follow(self, span: Span) -> None:
        """Count the lines of a span; each lasts until the next, without the time in which the span was paused."""
        base, unix = span.site_number - self._subject.number, span.segment.header.clock.unix
        blocks, line, since = Blocks(self._subject.table), None, 0
        for one in span.happenings():
            number, moment = one.site - base, unix(one.ticks)
            if one.opcode == ops.RESUME:
                since = moment
            elif line is not None and (one.opcode == ops.PAUSE or one.opcode in LINE_EVENTS):
                self._ns[line] += moment - since
                since = moment
            if number not in self._owned:
                continue
            self._counts[number] += 1
            if one.opcode in LINE_EVENTS:
                self._take(blocks.line(number, self._owned[number]))
                line, since = number, moment
            elif number not in self._last or self._last[number][0] <= moment:
                self._last[number] = moment, span, one
        self._take(blocks.end(span.failed))
        if line is not None:
            self._ns[line] += max(span.end_ns - since, 0)

    def _take(self, found: Iterable[Outcome]) -> None:
        for outcome in found:
            counter = self._outcomes[outcome.type == "loop"]
            counter[outcome.line, outcome_text(outcome)] += 1 if outcome.type == "branch" else outcome.turns

    def _calls(self, span: Span) -> None:
        """Count the calls of a span, those of instrumented functions among them.

        What runs within another call (`sum(numbers())`) takes part in that one's time.
        """
        base = span.site_number - self._subject.number
        waiting = [(child, True) for child in self._forest.children(span)]
        while waiting:
            child, counts = waiting.pop()
            if child.segment is not span.segment:
                continue
            table = child.segment.table
            number = (table.call_site(child.index) if child.is_function else child.site_number) - base
            if number in self._owned and self._owned[number].kind == "call":
                self._counts[number] += 1
                self._ns[number] += child.duration_ns if counts else 0
            if not child.is_function:
                waiting += [(below, False) for below in self._forest.children(child)]
