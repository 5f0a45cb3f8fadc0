"""Imports a file: finds out what it is, and writes what is in it as a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from instrumenter.errors import StorageError, TraceError
from instrumenter.importing.records import SpanRecord, Written
from instrumenter.importing.segments import ImportedRun
from instrumenter.importing.spans_json import NotSpans, SpansJson
from instrumenter.importing.trace_events import TraceEvents

_HEAD = 1 << 10
_OURS = re.compile(r'\s*\{\s*"(format|run|traces)"\s*:')
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError, NotSpans)
"""What a file raises that is not as it should be."""


@dataclass(slots=True)
class Imported:
    """What was imported."""

    run: str
    spans: int = 0
    processes: int = 0
    orphans: int = 0
    """Spans that have become roots: the span above is of a process that is not above theirs."""
    ignored: dict[str, int] = field(default_factory=dict)
    """Events that are no spans, by their phase."""


def import_file(path: Path, traces: Path, tables: Path, root: str) -> Imported:
    """Write a file's spans as a run; TraceError where the file is none that can be imported, StorageError."""
    try:
        with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            head = file.read(_HEAD)
            file.seek(0)
            if _is_ours(head):
                found = SpansJson(file)
                return _write(found, path, traces, tables)
            events = TraceEvents(file, path, root)
            try:
                return _write(events, path, traces, tables)
            finally:
                events.close()
    except OSError as error:
        raise StorageError("storage", f"{error.filename or path}: {error.strerror or error}") from error
    except _BROKEN as error:
        raise TraceError("not-importable", f"{path}: {_why(error)}") from error


def _is_ours(head: str) -> bool:
    """Whether this is how our JSON begins."""
    return _OURS.match(head) is not None


def _write(source: SpansJson | TraceEvents, path: Path, traces: Path, tables: Path) -> Imported:
    imported = Imported("", processes=len(source.facts.processes))
    if isinstance(source, TraceEvents):
        imported.ignored = dict(source.ignored)
    above: list[Written] = []
    with ImportedRun(traces, tables, source.facts, path.name) as run:
        for span, depth in _checked(source):
            del above[depth:]
            above.append(run.add(span, above[-1] if above else None))
            imported.spans += 1
        if not imported.spans:
            raise NotSpans("there is no span in it")
        imported.run, imported.orphans = run.finish(), run.orphans
    return imported


def _checked(source: SpansJson | TraceEvents) -> Iterator[tuple[SpanRecord, int]]:
    """The spans; what is wrong in a file of ours is said with its line."""
    try:
        yield from source.spans()
    except NotSpans:
        raise
    except _BROKEN as error:
        if isinstance(source, SpansJson):
            raise NotSpans(f"{source.place} is not as it should be: {_why(error)}") from error
        raise


def _why(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) or type(error).__name__
