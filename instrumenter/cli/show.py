"""`spans show`: everything about one span."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, open_traces, paint, root_option, say, warn, width
from instrumenter.trace.definitions import relative
from instrumenter.trace.events import events
from instrumenter.trace.failures import Failure
from instrumenter.trace.find import Target, find_span
from instrumenter.trace.folding import Folding, Group
from instrumenter.trace.forest import Forest
from instrumenter.trace.jsonable import FORMAT, Json, events_json, iso, run_json, span_json
from instrumenter.trace.notes import notes
from instrumenter.trace.selection import Selection, Wanted
from instrumenter.trace.span import Span
from instrumenter.trace.text import clean, cut, duration, message, plural, share, value_text

_CHILDREN = 20
_LEAVES_OUT = "TRACING_MIN_DURATION, TRACING_MAX_DEPTH, TRACING_OVERHEAD_BUDGET"
_EVENTS = 40
_LABEL = 14
_UNTOLD = "failed; at level 1 no details are recorded"


@click.command(cls=Command, context_settings=HELP)
@click.argument("span")
@root_option
@json_option
def main(span: str, root: Path | None, as_json: bool) -> None:
    """Tell everything known about one span: times, place, parameters, result, error, what called it, what it called.

    \b
    spans tree --ids                   prints the ids
    spans show 10920000010008
    """
    traces = open_traces(root)
    found = find_span(traces, span)
    assert found.span is not None
    if as_json:
        print_json(_object(found, found.span))
    else:
        for line in _lines(found, found.span):
            say(line)
    warn(traces, found.run)


def _object(found: Target, span: Span) -> dict[str, Json]:
    forest = found.run.forest
    trace_id = forest.trace_id(forest.root(span))
    return {
        "format": FORMAT,
        "run": run_json(found.run),
        "span": {
            **span_json(span, forest, trace_id),
            "events": list[Json](events_json(span)),
            "children": [span_json(child, forest, trace_id) for child in forest.children(span)],
        },
        "parents": [span_json(above, forest, trace_id) for above in forest.ancestors(span)],
    }


def _lines(found: Target, span: Span) -> Iterator[str]:
    forest = found.run.forest
    yield paint(clean(span.name), "name")
    place = f"{clean(span.file)}:{span.line}" if span.line else clean(span.file)
    yield from _fields(
        ("span", span.span_id),
        ("trace", forest.trace_id(forest.root(span))),
        ("run", found.run.id),
        ("program", clean(found.run.program)),
        ("kind", span.kind.replace("_", " ")),
        *_written(span),
        ("source", place),
        ("started", iso(span.start_ns)),
        ("ended", "not seen" if span.status == "unfinished" else iso(span.end_ns)),
        ("duration", duration(span.duration_ns) + _share(forest, span)),
        *_active(span),
        *_left_out(span),
        ("process", f"{span.segment.header.pid} ({span.segment.state})"),
        ("thread", f"{clean(span.thread.name)} ({span.thread.native})"),
        ("status", span.status),
    )
    yield from _values(span)
    failure = span.failure()
    if failure:
        yield from failure_lines("error", failure, span.segment.facts.root)
    elif span.failed:
        yield from _fields(("error", paint(_UNTOLD if span.is_function else "left by an exception", "error")))
    yield from _events(span)
    yield from _above(forest, span)
    yield from _below(forest, span)


def _fields(*rows: tuple[str, str]) -> Iterator[str]:
    for label, content in rows:
        yield f"{paint(label.ljust(_LABEL), 'dim')}{content}"


def _written(span: Span) -> Iterator[tuple[str, str]]:
    """How the program makes the call, and where."""
    if span.function.expression:
        yield "written", clean(span.function.expression)
    elif span.call_site:
        yield "called at", clean(f"{span.call_site[0]}:{span.call_site[1]}")


def _active(span: Span) -> Iterator[tuple[str, str]]:
    active = span.active_ns
    if active is not None and active < span.duration_ns:
        yield "active", f"{duration(active)}, {share(active, span.duration_ns)} of its duration"


def _left_out(span: Span) -> Iterator[tuple[str, str]]:
    if span.left_out:
        yield "left out", f"{plural(span.left_out, 'span')} below it ({_LEAVES_OUT})"


def _events(span: Span) -> Iterator[str]:
    found = list(islice(notes(events(span)), _EVENTS + 1))
    if found:
        yield from _fields(("events", ""))
    for note in found[:_EVENTS]:
        after = paint(f"+{duration(note.time_ns - span.start_ns)}".rjust(9), "dim")
        yield f"  {after}  {cut(note.text, max(width() - 13, 40))}"
    if len(found) > _EVENTS:
        yield f"  … more (spans tree {span.span_id.lstrip('0')} --values --limit 0)"


def _share(forest: Forest, span: Span) -> str:
    parent = forest.parent(span)
    part = share(span.duration_ns, parent.duration_ns) if parent else ""
    return f", {part} of its parent" if part else ""


def _values(span: Span) -> Iterator[str]:
    params = span.params()
    if params:
        yield from _fields(("parameters", ""))
        for name, value in params:
            yield f"  {paint(clean(name), 'name')} = {clean(value_text(value))}"
    for result in span.result():
        yield from _fields(("result", clean(value_text(result))))


def failure_lines(label: str, failure: Failure, root: str) -> Iterator[str]:
    """An exception with its notes, context, suggestion, stack and causes, a line each."""
    said = message(failure).splitlines() or [""]
    yield from _fields((label, paint(clean(f"{failure.type}: {said[0]}".removesuffix(": ")), "error")))
    yield from (f"  {clean(line)}" for line in said[1:])
    for note in failure.notes:
        yield from _fields(("  note", clean(note)))
    if failure.attribute:
        yield from _fields(("  context", clean(value_text(failure.attribute[0]))))
    if failure.suggestion:
        yield from _fields(("  suggestion", clean(_plain(failure))))
    for frame in failure.stack:
        if frame.left_out:
            yield f"    … {plural(frame.left_out, 'frame')}"
        else:
            yield f"    {clean(relative(frame.file, root))}:{frame.line} in {clean(frame.function)}"
    if failure.cause:
        yield from failure_lines("caused by", failure.cause, root)
    elif failure.context and not failure.context_suppressed:
        yield from failure_lines("while handling", failure.context, root)


def _plain(failure: Failure) -> str:
    suggestion = failure.suggestion[0]
    return suggestion if isinstance(suggestion, str) else value_text(suggestion)


def _above(forest: Forest, span: Span) -> Iterator[str]:
    chain = forest.ancestors(span)
    if chain:
        yield from _fields(("called by", ""))
    for above in chain[:_CHILDREN]:
        yield f"  {_brief(above)}"
    if len(chain) > _CHILDREN:
        yield f"  … {plural(len(chain) - _CHILDREN, 'more')[:-1]}, the outermost {_brief(chain[-1])}"


def _below(forest: Forest, span: Span) -> Iterator[str]:
    groups = Folding(forest, Selection(forest, Wanted()), expand=False).groups(forest.children(span))
    if groups:
        yield from _fields(("calls", ""))
    for group in groups[:_CHILDREN]:
        yield f"  {_group(group)}"
    if len(groups) > _CHILDREN:
        yield f"  … {len(groups) - _CHILDREN:,} more (spans tree {span.span_id.lstrip('0')})"


def _group(group: Group) -> str:
    if not group.folded:
        return _brief(group.first)
    return f"{clean(group.first.name)} ×{len(group.spans):,}  {duration(group.total_ns)}"


def _brief(span: Span) -> str:
    line = f"{clean(span.name)}  {duration(span.duration_ns)}  {span.span_id.lstrip('0')}"
    failure = span.brief_failure()
    mark = paint(f"  ✗ {clean(failure.type)}", "error") if failure else ""
    return cut(line, max(width() - 2, 40)) + mark
