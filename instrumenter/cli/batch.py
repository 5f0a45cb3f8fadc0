"""`spans batch`: repeated calls seen as a batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from instrumenter.analysis.bars import Scale, bar_columns
from instrumenter.analysis.batches import Batch, Retries, batches_below, batches_of
from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, open_traces, paint, root_option, say, warn, width
from instrumenter.errors import TraceError
from instrumenter.trace.find import find_run, find_span
from instrumenter.trace.jsonable import FORMAT, Json, failure_json, run_json, value_json
from instrumenter.trace.outline import shown_params
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.span import Span
from instrumenter.trace.summary import headline
from instrumenter.trace.text import cells, clean, cut, duration, failure_text, plural, share


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="SPAN|FUNCTION")
@click.option(
    "--run", "run_id", metavar="RUN", help="The run in which the function is looked for; by default the last."
)
@click.option(
    "--items", type=click.IntRange(min=0), default=20, show_default=True, metavar="N",
    help="The most lines of a batch's items; 0 for all.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="The most batches.")
@root_option
@json_option
def main(target: str, run_id: str | None, items: int, limit: int, root: Path | None, as_json: bool) -> None:
    """Show repeated calls of a function below one parent as a batch of items.

    How many succeeded and failed; one after another or side by side, and how many at once at most; what an item took;
    when each ran; and what was tried again with the same arguments. For a SPAN the batches that it called, else the one
    that it is an item of; for a FUNCTION (`NAME`, `FILE::NAME`, globs) its batches in the run. What took longest comes
    first.

    \b
    spans batch fetch
    spans batch 'src/app.py::Client.*' --run 4242
    spans batch 10920000010008         (ids: spans tree --ids)
    """
    traces = open_traces(root)
    run, found = _find(traces, target, run_id)
    if as_json:
        batches: list[Json] = [_object(run, batch) for batch in found[:limit]]
        print_json({"format": FORMAT, "run": run_json(run), "batches": batches})
    else:
        say(paint(headline(run), "dim"))
        for batch in found[:limit]:
            say()
            for line in _lines(batch, items):
                say(line)
        if not found:
            say(f"nothing was called more than once by {clean(target)}, and it was itself called once")
        if len(found) > limit:
            say(f"… {len(found) - limit:,} more (--limit N)")
    warn(traces, run)


def _find(traces: Traces, target: str, run_id: str | None) -> tuple[Run, list[Batch]]:
    """The run, and the batches that are meant: a name that is no span's is a function's."""
    if "::" not in target:
        try:
            found = find_span(traces, target)
        except TraceError as error:
            if error.slug != "unknown-id":
                raise
        else:
            assert found.span is not None
            return found.run, batches_below(found.run.forest, found.span)
    run = find_run(traces, run_id)
    batches, ran = batches_of(run, Pattern.parse(target))
    if not ran:
        raise TraceError("unknown-function", f"no span, and no function that ran in run {run.id}: {target!r}")
    return run, batches


def _lines(batch: Batch, most: int) -> Iterator[str]:
    first, took = batch.items[0], batch.durations
    place = clean(f"{first.file}:{first.line}" if first.line else first.file)
    caller = f"  from {clean(batch.parent.name)}" if batch.parent else ""
    yield f"{paint(clean(first.name), 'name')} ×{len(batch.items):,}{caller}  {paint(place, 'dim')}"
    states = [f"{batch.succeeded:,} succeeded", f"{batch.failed:,} failed"]
    states += [f"{batch.unfinished:,} unfinished"] if batch.unfinished else []
    yield f"  {', '.join(states)}"
    yield f"  {_manner(batch)}; {duration(batch.wall_ns)} from the first to the last"
    figures = (("min", min(took)), ("mean", sum(took) // len(took)), ("max", max(took)), ("total", sum(took)))
    yield "  an item  " + "  ".join(f"{label} {duration(ns)}" for label, ns in figures)
    yield from _retry_lines(batch.retries)
    yield from _item_lines(batch, most)


def _manner(batch: Batch) -> str:
    if batch.concurrency <= 1:
        return "one after another"
    busy = share(sum(batch.durations), batch.wall_ns * batch.concurrency)
    return f"side by side, at most {batch.concurrency:,} at once ({busy} of that used)"


def _retry_lines(retries: list[Retries]) -> Iterator[str]:
    if retries:
        again = sum(one.again for one in retries)
        recovered = sum(one.recovered for one in retries)
        items = plural(len(retries), "failed item")
        yield f"  {items} tried again with the same arguments, {again:,} times in all; {recovered:,} succeeded at last"


def _item_lines(batch: Batch, most: int) -> Iterator[str]:
    """Each item with its duration, its arguments or its error, and a bar."""
    scale = Scale(batch.start_ns, batch.wall_ns, bar_columns(width()))
    shown = batch.items[:most] if most else batch.items
    room = max(width() - scale.columns - 14, 10)
    for item, took in zip(shown, batch.durations, strict=False):
        bar = scale.bar(item.start_ns, item.end_ns)
        said = _item_text(item, room)
        drawn = " " * bar.start + "█" * len(bar)
        lead = f"  {duration(took):>8}  {paint(said, 'error' if item.failed else 'plain')}"
        yield f"{lead}{' ' * (room - cells(said))}  {paint(drawn, 'error' if item.failed else 'dim')}"
    if len(batch.items) > len(shown):
        yield f"  … {plural(len(batch.items) - len(shown), 'more item')} (--items 0 shows all)"


def _item_text(item: Span, room: int) -> str:
    """The arguments and what went wrong, which is worth more."""
    failure = item.brief_failure()
    ending = f" ✗ {clean(failure_text(failure))}" if failure else " ✗" if item.failed else "" if item.ended else " …"
    ending = cut(ending, max(room - 8, room // 2))
    return cut(f"({', '.join(shown_params(item))})", room - cells(ending)) + ending


def _object(run: Run, batch: Batch) -> dict[str, Json]:
    first, took, parent = batch.items[0], batch.durations, batch.parent
    return {
        "function": first.name, "file": first.file, "line": first.line,
        "parent": {"function": parent.name, "spanId": parent.span_id} if parent else None,
        "count": len(batch.items), "succeeded": batch.succeeded, "failed": batch.failed,
        "unfinished": batch.unfinished,
        "mode": "parallel" if batch.concurrency > 1 else "sequential", "concurrency": batch.concurrency,
        "minNs": min(took), "meanNs": sum(took) // len(took), "maxNs": max(took), "totalNs": sum(took),
        "wallNs": batch.wall_ns,
        "retries": [
            {"spanIds": [item.span_id for item in one.items], "recovered": one.recovered} for one in batch.retries
        ],
        "items": [_item_json(item, batch.start_ns) for item in batch.items],
    }  # fmt: skip


def _item_json(item: Span, origin: int) -> dict[str, Json]:
    return {
        "spanId": item.span_id, "fromNs": item.start_ns - origin, "durationNs": item.duration_ns,
        "status": item.status, "thread": item.thread.name, "process": item.segment.header.pid,
        "params": {name.lstrip("*"): value_json(value) for name, value in item.params()},
        "error": failure_json(item.brief_failure(), item.segment.facts.root),
    }  # fmt: skip
