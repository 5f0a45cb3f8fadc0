"""Reads `spans export --format json`: line by line as it was written, or whole where it was formatted anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from instrumenter.importing.records import Place, Process, RunFacts, SpanRecord
from instrumenter.trace.jsonable import FORMAT
from instrumenter.trace.sites import FUNCTIONS

_CHILDREN, _CLOSED = '"children": [', "]}"
_OVER = ("ended", "dumped")
_WATCHED = 3
"""The level from which on it is known when a coroutine waits."""


class NotSpans(Exception):
    """This is no JSON of ours; the text says why."""


class SpansJson:
    """The run and the spans of a file."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._line = 1
        self._whole: list[Any] = []
        first = file.readline()
        try:
            found = json.loads(first + _CLOSED)
        except ValueError:
            found = json.loads(first + file.read())
            self._whole = list(found["traces"])
        self.facts = _facts(found)
        self._pids = {process.pid: process for process in reversed(self.facts.processes)}

    @property
    def place(self) -> str:
        """Where reading has come to."""
        return f"line {self._line}" if not self._whole else "the file"

    def spans(self) -> Iterator[tuple[SpanRecord, int]]:
        """Each span with its depth, parents before their children."""
        found = self._walked() if self._whole else self._lines()
        return ((self._record(span), depth) for span, depth in found)

    def _lines(self) -> Iterator[tuple[dict[str, Any], int]]:
        depth, ended = 0, False
        for line in self._file:
            self._line += 1
            line = line.rstrip().removesuffix(",")
            if not line or ended:
                continue
            closed = 0
            while not line.endswith(_CHILDREN) and line.endswith(_CLOSED):
                line = line[: -len(_CLOSED)].rstrip()
                closed += 1
            if line:
                yield json.loads(line + _CLOSED), depth
                depth += 1
            depth -= closed
            ended = depth < 0
        if not ended:
            raise NotSpans("it ends before the last trace does: the export was not finished")

    def _walked(self) -> Iterator[tuple[dict[str, Any], int]]:
        waiting = [(span, 0) for span in reversed(self._whole)]
        while waiting:
            span, depth = waiting.pop()
            yield span, depth
            waiting += [(child, depth + 1) for child in reversed(span.get("children", []))]

    def _record(self, span: dict[str, Any]) -> SpanRecord:
        process = self._pids.get(span["process"], self.facts.processes[0])
        active, took, site = span["activeNs"], int(span["durationNs"]), span["callSite"]
        is_function = span["kind"] in FUNCTIONS
        place = Place(
            str(span["function"]), str(span["file"]), int(span["line"]), str(span["kind"]), tuple(span["params"]),
            str(span["expression"] or ""), _WATCHED if active is not None else _WATCHED - 1,
        )  # fmt: skip
        result = span["returnValue"]
        return SpanRecord(
            process, (int(span["threadId"]), str(span["thread"])), place, int(span["startNs"]), took,
            str(span["status"]), took - int(active) if active is not None else 0,
            (str(site["file"]), int(site["line"])) if site and is_function else None,
            dict(span["params"]), (result,) if result is not None else (), span["error"], int(span.get("leftOut", 0)),
            list(span.get("events", ())),
        )  # fmt: skip


def _facts(found: object) -> RunFacts:
    if not isinstance(found, dict) or not {"format", "run", "traces"} <= found.keys():
        raise NotSpans("it has no `run` and `traces`: `spans export --format json` writes these")
    if found["format"] != FORMAT:
        raise NotSpans(f"it has format {found['format']}; this version reads format {FORMAT}")
    run = found["run"]
    return RunFacts(
        int(run["startNs"]), int(run["durationNs"]), [str(word) for word in run["argv"]], str(run["root"]),
        _processes(run["processes"]), str(run["program"]), str(run.get("dump", "")),
    )  # fmt: skip


def _processes(listed: list[dict[str, Any]]) -> list[Process]:
    """The processes, each below the one before it that is its parent."""
    found: list[Process] = []
    for one in listed:
        parent = next((above for above in reversed(found) if above.pid == one["parent"]), None)
        above = parent or (found[0] if found else None)
        # Of one that ran on while it was exported nothing more is known: it counts as killed.
        found.append(Process(int(one["pid"]), above, str(one["core"]), str(one["python"]), one["status"] in _OVER))
    if not found:
        raise NotSpans("its run has no processes")
    return found


def opened(path: Path) -> TextIO:
    """The file as text."""
    return path.open(encoding="utf-8", errors="surrogatepass", newline="\n")
