"""Steps as people read them: what `spans replay` and `spans live` print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instrumenter.analysis.steps import ENTER, LEAVE, Step
from instrumenter.cli._reading import paint, width
from instrumenter.cli.show import failure_lines
from instrumenter.trace import text
from instrumenter.trace.jsonable import Json, event_json, failure_json, value_json
from instrumenter.trace.notes import said
from instrumenter.trace.outline import shown_params

STEPS, VALUES, EVERYTHING = range(3)
"""How much is told: what began and ended; also inputs, results and what changed; also lines, branches and stacks."""
_CLOCK = 10
_NUMBER = 6
_DEEPEST = 20
"""Deeper steps are indented no further."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Spells steps, `origin` being the moment that times are told from."""

    verbosity: int
    origin: int

    def lines(self, step: Step) -> Iterator[str]:
        """The lines of a step; none where it is not to be told."""
        if step.kind == ENTER:
            yield self._line(step, str(step.number), f"▶ {self._call(step)}")
        elif step.kind == LEAVE:
            yield from self._left(step)
        elif self.verbosity == EVERYTHING or (self.verbosity == VALUES and step.event and step.event.changes):
            yield from self._happened(step)

    def _line(self, step: Step, number: str, content: str, role: str = "plain") -> str:
        clock = f"+{text.duration(step.time_ns - self.origin)}".rjust(_CLOCK)
        lead = f"{clock}  {number.rjust(_NUMBER)}  {'  ' * min(step.depth, _DEEPEST)}"
        return f"{paint(lead, 'dim')}{paint(text.cut(content, max(width() - len(lead), 24)), role)}"

    def _call(self, step: Step) -> str:
        name = text.clean(step.span.name)
        if self.verbosity == STEPS or not step.span.is_function:
            return name
        return f"{name}({', '.join(shown_params(step.span))})"

    def _left(self, step: Step) -> Iterator[str]:
        span = step.span
        content = f"{text.clean(span.name)}  {text.duration(span.duration_ns)}"
        if span.failed:
            failure = span.brief_failure()
            said = f"  {text.clean(text.failure_text(failure))}" if failure else ""
            yield self._line(step, str(step.number), f"✗ {content}{said}", "error")
            if failure and self.verbosity > STEPS:
                yield from self._context(step)
            return
        result = span.result() if self.verbosity > STEPS else ()
        ending = f"  → {text.clean(text.value_text(result[0]))}" if result and result[0] is not None else ""
        yield self._line(step, str(step.number), f"◀ {content}{ending}")

    def _context(self, step: Step) -> Iterator[str]:
        """The whole exception, with its stack only where everything is told."""
        failure = step.span.failure()
        if failure is None:
            return
        indent = " " * (_CLOCK + _NUMBER + 4 + 2 * min(step.depth, _DEEPEST) + 2)
        for line in failure_lines("error", failure, step.span.segment.facts.root):
            if self.verbosity == EVERYTHING or not line.startswith("    "):
                yield f"{indent}{line}"

    def _happened(self, step: Step) -> Iterator[str]:
        if step.event is not None:
            content = said(step.event) or "line"
            yield self._line(step, "", f"  {step.event.line}: {content}", "plain")


def step_json(step: Step) -> dict[str, Json]:
    """A step as JSON."""
    span = step.span
    found: dict[str, Json] = {
        "step": step.kind, "number": step.number, "depth": step.depth, "timeNs": step.time_ns,
        "spanId": span.span_id, "function": span.name,
    }  # fmt: skip
    if step.kind == ENTER:
        found["params"] = {name.lstrip("*"): value_json(value) for name, value in span.params()}
    elif step.kind == LEAVE:
        result = span.result()
        found |= {"status": span.status, "durationNs": span.duration_ns,
                  "returnValue": value_json(result[0]) if result else None,
                  "error": failure_json(span.failure(), span.segment.facts.root)}  # fmt: skip
    elif step.event is not None:
        found["event"] = event_json(step.event, span.start_ns)
    return found
