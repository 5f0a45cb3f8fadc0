"""`spans source`: a function's original source, with what each line did beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from tokenize import detect_encoding

import click

from instrumenter.cli._common import HELP, Command, print_json
from instrumenter.cli._reading import json_option, open_traces, paint, root_option, say, warn, width
from instrumenter.errors import TraceError
from instrumenter.settings import VAULT_FOLDER
from instrumenter.trace.definitions import relative
from instrumenter.trace.find import find_run, find_span
from instrumenter.trace.jsonable import FORMAT, Json, checkpoint_json, run_json
from instrumenter.trace.listing import LINES, Line, Listing, Subject, subject_of, subjects
from instrumenter.trace.notes import said
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.sites import FUNCTIONS
from instrumenter.trace.summary import headline
from instrumenter.trace.text import clean, cut, duration, plural

_LEAD = 26
"""Columns of what stands in front of the source."""
_NEVER = "never"


@click.command(cls=Command, context_settings=HELP)
@click.argument("target", metavar="SPAN|FILE::FUNCTION")
@click.option(
    "--run", "run_id", metavar="RUN", help="The run in which the function is looked for; by default the last."
)
@root_option
@json_option
def main(target: str, run_id: str | None, root: Path | None, as_json: bool) -> None:
    """Print a function's original source; beside each line how often it ran, how long it took, what it bound last.

    For a function, all its spans in the run are added up; FILE and FUNCTION may be globs, FUNCTION a qualified name
    or its last part. A line lasts until the next line of the same span begins, what it calls included. Lines are
    recorded at level 5; at levels 3 and 4 there are counts and times of what lines called, and what they bound.

    \b
    spans source src/app.py::Store.save
    spans source 'app.py::parse_*'
    spans source 10920000010008        one span alone (ids: spans tree --ids)
    """
    traces = open_traces(root)
    run, found = _find(traces, target, run_id)
    sources = [_text(traces, run, subject) for subject in found]
    listings = [Listing(subject, run.forest).lines for subject in found]
    if as_json:
        functions: list[Json] = [_object(run, *one) for one in zip(found, sources, listings, strict=True)]
        print_json({"format": FORMAT, "run": run_json(run), "functions": functions})
    else:
        say(paint(headline(run), "dim"))
        for one in zip(found, sources, listings, strict=True):
            for line in _lines(run, *one):
                say(line)
    warn(traces, run)


def _find(traces: Traces, target: str, run_id: str | None) -> tuple[Run, list[Subject]]:
    """The run, and the functions in it that are meant."""
    if "::" not in target:
        named = find_span(traces, target)
        span = named.span
        while span is not None and not span.is_function:
            span = named.run.forest.parent(span)
        subject = subject_of(span) if span else None
        if subject is None:
            raise TraceError(
                "no-original", f"{target}: the site table of its file is missing, so its source is unknown"
            )
        return named.run, [subject]
    run = find_run(traces, run_id)
    found = list(subjects(run, Pattern.parse(target)))
    if not found:
        raise TraceError("unknown-function", f"no span of {target!r} in run {run.id}{_hint(run, target)}")
    return run, found


def _hint(run: Run, target: str) -> str:
    """The functions that were perhaps meant."""
    wanted = target.rpartition("::")[2]
    known: dict[str, str] = {}
    for segment in run.segments:
        for function in map(segment.function, set(segment.table.sites)):
            if function.kind in FUNCTIONS:
                known[function.name] = f"{function.file}::{function.name}"
    close = get_close_matches(wanted, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(known[name] for name in close)}?" if close else ""


def _text(traces: Traces, run: Run, subject: Subject) -> list[str]:
    """The lines of the source that ran: from the vault, or the file itself where it is still the original."""
    digest, path = subject.table.original, Path(subject.file.filename)
    moved = traces.root / relative(subject.file.filename, run.root.facts.root)
    for place in (traces.root / VAULT_FOLDER / "backups" / digest[:2] / digest, path, moved):
        try:
            data = place.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == digest:
            return _decoded(data)
    raise TraceError(
        "no-original",
        f"{path}: neither the vault nor the file has the source that ran; put that back, or instrument and run again",
    )


def _decoded(data: bytes) -> list[str]:
    """A source's lines as Python counts them."""
    try:
        text = data.decode(detect_encoding(BytesIO(data).readline)[0])
    except (SyntaxError, UnicodeDecodeError):
        text = data.decode("utf-8", "backslashreplace")
    return re.split(r"\r\n|\r|\n", text)


def _rows(subject: Subject, source: list[str]) -> range:
    site = subject.site
    return range(site.first_line, min(site.end_line, len(source)) + 1)


def _lines(run: Run, subject: Subject, source: list[str], listing: dict[int, Line]) -> Iterator[str]:
    site, file = subject.site, relative(subject.file.filename, run.root.facts.root)
    total = sum(span.duration_ns for span in subject.spans)
    yield (
        f"{paint(clean(site.name), 'name')}  {clean(file)}:{site.line}  level {site.level}  "
        f"{plural(len(subject.spans), 'span')}  {duration(total)}"
    )
    yield paint(f"{'ran':>8}  {'time':>8}  {'line':>5} │", "dim")
    column = max((len(source[row - 1].expandtabs()) for row in _rows(subject, source)), default=0)
    column = min(column, (width() - _LEAD) * 3 // 5)
    for row in _rows(subject, source):
        yield _line(row, source[row - 1].expandtabs(), listing.get(row, Line()), column)
    if site.level < LINES:
        yield _more(file, site.name, site.level)


def _line(row: int, source: str, line: Line, column: int) -> str:
    room = max(width() - _LEAD, 40)
    ran = "" if line.ran is None else f"{line.ran:,}" if line.ran else _NEVER
    took = duration(line.ns) if line.ns is not None and line.ran else ""
    lead, code = f"{ran:>8}  {took:>8}  {row:>5} │ ", cut(clean(source), room)
    beside = _beside(line)
    if line.ran == 0:
        return paint(lead, "open") + paint(code, "open")
    left = room - max(len(code), column) - 2
    if not beside or left < 8:
        return (paint(lead, "dim") + code).rstrip()
    return f"{paint(lead, 'dim')}{code.ljust(column)}  {paint(cut(beside, left), 'dim')}"


def _beside(line: Line) -> str:
    """The last values of a line, and which ways it went."""
    pieces = [said(event) for event in line.values]
    pieces += [f"{way} ×{count:,}" for way, count in line.branches.most_common()]
    pieces += [f"{plural(line.turns, 'turn')}"] if line.turns is not None else []
    return "; ".join(pieces)


def _more(file: str, name: str, level: int) -> str:
    """What a higher level would show."""
    known = {3: "counts and times are those of calls", 4: "counts and times are those of calls and assignments"}
    lacks = "values from level 4 on, lines" if level < 4 else "lines"
    before = known.get(level, "this level knows nothing of lines; calls are recorded from level 3 on")
    return paint(f"{before}; {lacks} from level {LINES} on: instrument {file}::{name} --level {LINES}", "dim")


def _object(run: Run, subject: Subject, source: list[str], listing: dict[int, Line]) -> dict[str, Json]:
    site = subject.site
    return {
        "function": site.name,
        "file": relative(subject.file.filename, run.root.facts.root),
        "line": site.line,
        "endLine": site.end_line,
        "level": site.level,
        "original": subject.table.original,
        "spans": len(subject.spans),
        "durationNs": sum(span.duration_ns for span in subject.spans),
        "lines": [_line_object(row, source[row - 1], listing.get(row, Line())) for row in _rows(subject, source)],
    }


def _line_object(row: int, source: str, line: Line) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for event in line.values:
        values |= checkpoint_json(event)
    return {
        "line": row,
        "text": source,
        "ran": line.ran,
        "ns": line.ns,
        "values": values,
        "branches": dict[str, Json](line.branches),
        "turns": line.turns,
    }
