"""The exceptions of a run, each once where it arose, with what an example of it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instrumenter.exporting.source import Source
from instrumenter.exporting.tracebacks import traceback_text
from instrumenter.trace.events import events
from instrumenter.trace.failures import Failure
from instrumenter.trace.forest import Forest
from instrumenter.trace.span import Span
from instrumenter.trace.text import clean, failure_text, value_text
from instrumenter.trace.values import Value

_NAMES = 12
"""So many variables are shown."""


@dataclass(slots=True)
class Mistake:
    """Exceptions of one type that arose at one place."""

    example: Span
    failure: Failure
    count: int = 1


def mistakes(source: Source) -> list[Mistake]:
    """The exceptions by type and place, the commonest first."""
    found: dict[tuple[str, str, int], Mistake] = {}
    for span in source.spans():
        failure = _arisen(span, source.run.forest)
        if failure is None:
            continue
        last = failure.stack[-1] if failure.stack else None
        key = (failure.type, last.file if last else span.file, last.line if last else span.line)
        if key in found:
            found[key].count += 1
        else:
            found[key] = Mistake(span, failure)
    return sorted(found.values(), key=lambda one: -one.count)


def _arisen(span: Span, forest: Forest) -> Failure | None:
    """The exception with which a span ended, unless it came from a span below."""
    if not span.failed:
        return None
    failure = span.failure()
    if failure is None or any(child.failed and _same(child, failure) for child in forest.children(span)):
        return None
    return failure


def _same(child: Span, failure: Failure) -> bool:
    inner = child.brief_failure()
    return inner is not None and (inner.type, inner.message, inner.args) == (
        failure.type,
        failure.message,
        failure.args,
    )


def described(mistake: Mistake, forest: Forest) -> Iterator[str]:
    """An example, line by line: the chain of calls, the stack with causes and notes, the variables, who handled it."""
    span, failure = mistake.example, mistake.failure
    for above in [*reversed(forest.ancestors(span)), span]:
        yield f"{'  ' if above is not span else '→ '}{called(above)}"
    yield ""
    yield from traceback_text(failure, span.segment.facts.root).splitlines()
    for label, values in (("context", failure.attribute), ("suggestion", failure.suggestion)):
        for value in values:
            yield f"{label}: {clean(value_text(value))}"
    variables = _variables(span)
    if variables:
        yield "variables: " + ", ".join(f"{name}={clean(value_text(value))}" for name, value in variables)
    yield _fate(span, forest)


def called(span: Span) -> str:
    """`parse(text='b=22')  app.py:7`."""
    params = ", ".join(
        f"{name}={clean(value_text(value))}" for name, value in span.params() if name not in ("self", "cls")
    )
    place = f"  {span.file}:{span.line}" if span.file else ""
    return f"{clean(span.name)}({params}){place}" if span.is_function else f"{clean(span.name)}{place}"


def _variables(span: Span) -> list[tuple[str, Value]]:
    """What names were last bound to; known from level 4 on."""
    last: dict[str, Value] = {}
    for event in events(span):
        if event.type == "checkpoint" and not event.operator:
            last |= dict(event.values)
    return list(last.items())[-_NAMES:]


def _fate(span: Span, forest: Forest) -> str:
    """How far up it went."""
    last = span
    for above in forest.ancestors(span):
        if above.is_function and not above.failed:
            return f"{clean(above.name)} went on: it handled this"
        last = above if above.failed else last
    return f"nothing recorded handled it; it ended {clean(last.name)}"


def heading(mistake: Mistake) -> str:
    """`LookupError: no such book ×3`."""
    times = f" ×{mistake.count:,}" if mistake.count > 1 else ""
    return f"{clean(failure_text(mistake.failure))}{times}"
