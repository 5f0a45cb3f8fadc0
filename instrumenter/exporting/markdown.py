"""A run as a text to paste into a chat with an assistant: errors in full, where the time went, the call tree.

What does not fit into the tokens allowed is left out, the least telling first, and the text says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from instrumenter.exporting.encoding import encoded
from instrumenter.exporting.mistakes import described, heading, mistakes
from instrumenter.exporting.selftime import own_time, self_times
from instrumenter.exporting.source import Source, Visit
from instrumenter.exporting.tokens import fitting, tokens
from instrumenter.trace.folding import Folding
from instrumenter.trace.jsonable import iso
from instrumenter.trace.outline import Outline, Shape
from instrumenter.trace.runs import Run
from instrumenter.trace.text import clean, cut, duration, plural, share

_WIDTH = 140
_ERRORS, _TIMES = 0.45, 0.15
"""The most that two of the parts take of the tokens; the tree has the rest."""
_DEPTHS = (None, 16, 12, 9, 7, 6, 5, 4, 3, 2, 1)
_READ = (
    "In the tree a line has the duration, the share of its parent's, the call with its parameters, then the result"
    " (→) or the exception (✗); ×N are N calls together. Calls with no parameters are of code that is not recorded."
)


def write(source: Source, out: BinaryIO) -> None:
    """Write the text."""
    out.write(encoded("\n".join(_Report(source).lines()) + "\n"))


class _Report:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = source.max_tokens
        self._cut: list[str] = []

    def lines(self) -> list[str]:
        """The whole text."""
        closing = 150  # tokens of what the last lines say
        head = self._spend(_head(self._source))
        self._left -= closing
        parts = [*head, *self._errors(), *self._times(), *self._tree()]
        if not self._cut:
            return parts
        most = f"Left out, to stay within {self._source.max_tokens:,} tokens (`--max-tokens`): "
        return [*parts, "", most + "; ".join(self._cut) + "."]

    def _spend(self, lines: list[str]) -> list[str]:
        self._left -= sum(tokens(line) + 1 for line in lines)
        return lines

    def _share(self, part: float) -> int:
        return min(int(self._source.max_tokens * part), self._left)

    def _errors(self) -> list[str]:
        found = mistakes(self._source)
        if not found:
            return []
        lines = ["", f"## Errors: {plural(len(found), 'kind')}"]
        most = self._share(_ERRORS) - sum(tokens(line) + 1 for line in lines)
        told = 0
        for mistake in found:
            title = ["", f"### {heading(mistake)}", "", f"span `{mistake.example.span_id}`", ""]
            rest = most - sum(tokens(line) + 1 for line in title) - 8
            body, whole = fitting((cut(line, _WIDTH) for line in described(mistake, self._source.run.forest)), rest)
            if not body or (told and not whole):
                break
            body = body if whole else [*body[:-1], "…"]
            piece = [*title, *_fenced(body)]
            most -= sum(tokens(line) + 1 for line in piece)
            lines += piece
            told += 1
        if told < len(found):
            self._cut.append(f"{plural(len(found) - told, 'further kind')} of errors (`spans tree --errors`)")
        return self._spend(lines) if told else []

    def _times(self) -> list[str]:
        rows = sorted(_functions(self._source), key=lambda one: -one.self_ns)
        if not rows:
            return []
        head = ["", "## Where the time went", "", "| function | calls | total | self | longest | errors |",
                "|---|---|---|---|---|---|"]  # fmt: skip
        most = self._share(_TIMES) - sum(tokens(line) + 1 for line in head)
        whole = self._source.run.end_ns - self._source.run.start_ns
        kept, _ = fitting((row.line(whole) for row in rows), most)
        if len(kept) < len(rows):
            self._cut.append(f"{plural(len(rows) - len(kept), 'further function')} in the table")
        return self._spend([*head, *kept]) if kept else []

    def _tree(self) -> list[str]:
        head = ["", "## Call tree", "", _READ, ""]
        most = self._left - sum(tokens(line) + 1 for line in head) - 8
        total = self._source.selection.count() if self._is_whole else sum(1 for _ in self._source.walk())
        for depth in _DEPTHS:
            tree = _Tree(self._source, depth)
            kept, whole = fitting(tree.lines(), most)
            if whole:
                break
        if tree.shown < total:
            self._cut.append(f"{plural(total - tree.shown, 'span')} of the tree (`spans tree --limit 0` has all)")
        return [*head, *_fenced(kept)] if kept else []

    @property
    def _is_whole(self) -> bool:
        return len(self._source.roots) == len(self._source.run.forest.roots())


class _Tree:
    """The call tree down to a level; `shown` counts the spans in the lines that were taken."""

    def __init__(self, source: Source, depth: int | None) -> None:
        folding = Folding(source.run.forest, source.selection, expand=False)
        self._outline = Outline(folding, Shape(_WIDTH, depth), lambda text, _: text)
        self._roots = source.roots
        self.shown = 0

    def lines(self) -> Iterator[str]:
        """Draw it; a line counts when the next one is asked for."""
        for line in self._outline.draw(self._roots):
            yield line
            self.shown = self._outline.shown


def _head(source: Source) -> list[str]:
    run = source.run
    facts = [f"started {iso(run.start_ns)[:19].replace('T', ' ')} UTC", f"took {duration(run.end_ns - run.start_ns)}"]
    facts += [run.state, plural(run.spans, "span"), plural(run.errors, "failed span")]
    facts += [run.root.facts.python] if run.root.facts.python else []
    facts += [f"{len(run.segments):,} processes"] if len(run.segments) > 1 else []
    return [f"# What `{_program(run)}` did", "", f"Recorded by Spanwright, run `{run.id}`: {', '.join(facts)}."]


def _program(run: Run) -> str:
    return clean(run.program).replace("`", "'")


@dataclass(slots=True)
class _Times:
    """The calls of one function."""

    name: str
    calls: int = 0
    total_ns: int = 0
    self_ns: int = 0
    longest_ns: int = 0
    errors: int = 0

    def line(self, whole: int) -> str:
        """A row of the table."""
        own = f"{duration(self.self_ns)} ({share(self.self_ns, whole) or '0 %'})"
        cells = [self.name, f"{self.calls:,}", duration(self.total_ns), own, duration(self.longest_ns)]
        return f"| {' | '.join([*cells, f'{self.errors:,}' if self.errors else ''])} |"


def _functions(source: Source) -> Iterator[_Times]:
    found: dict[tuple[str, str, bool], _Times] = {}

    def enter(visit: Visit, _: _Times | None) -> _Times:
        span = visit.span
        key = (span.file if span.is_function else "", span.name, span.is_function)
        if key not in found:
            place = f" {span.file}:{span.line}" if span.is_function and span.file else ""
            found[key] = _Times(clean(f"{span.name}{place}").replace("|", "\\|"))
        times, took = found[key], own_time(span)
        times.calls += 1
        times.total_ns += took
        times.longest_ns = max(times.longest_ns, took)
        times.errors += span.failed
        return times

    for times, ns in self_times(source, enter):
        times.self_ns += ns
    yield from found.values()


def _fenced(lines: list[str]) -> list[str]:
    """A block of code, in a fence that none of its lines ends."""
    fence = "```"
    while any(fence in line for line in lines):
        fence += "`"
    return [fence, *lines, fence]
