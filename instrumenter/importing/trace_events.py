"""Reads trace events, the JSON of chrome://tracing, as VizTracer and many others write it.

Complete events (X) and pairs of B and E become spans; which lies in which follows from their times on each thread.
"""

from __future__ import annotations

import json
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from instrumenter.importing.records import Place, Process, RunFacts, SpanRecord
from instrumenter.importing.scanner import Scanner
from instrumenter.trace.jsonable import Json
from instrumenter.trace.sites import FUNCTIONS

_PLACED = re.compile(r"(.*) \((.+):(\d+)\)", re.DOTALL)
_KINDS = (*FUNCTIONS, "call", "await")
_NOTHING = -1
_OPEN = -1


@dataclass(slots=True)
class _Thread:
    """The events of one thread, as columns in the order of the file."""

    starts: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    """In ns; `_OPEN` where the end did not come."""
    names: array[int] = field(default_factory=lambda: array("q"))
    args: array[int] = field(default_factory=lambda: array("q"))
    """Where the arguments are on the disk; `_NOTHING` for none."""
    begun: list[int] = field(default_factory=list)
    """The events whose end is still to come, innermost last."""

    def end(self, moment: int) -> None:
        """End the innermost event that was begun; an end without a beginning says nothing."""
        if self.begun:
            at = self.begun.pop()
            self.lengths[at] = max(moment - self.starts[at], 0)


class TraceEvents:
    """The run and the spans of a file; use `close` when it has been read."""

    def __init__(self, file: TextIO, path: Path, root: str) -> None:
        self.ignored: Counter[str] = Counter()
        """How many events of each other phase there were."""
        self._threads: dict[tuple[int, int], _Thread] = {}
        self._labels: dict[tuple[str, int, int], str] = {}
        self._names: list[tuple[str, str]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._args = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - `close` closes it
        self._about: dict[str, Any] = {}
        try:
            self._read(Scanner(file))
        except BaseException:
            self.close()
            raise
        first, last = self._extent()
        start = self._start(path, first, last)
        self._shift = start - first
        self._processes = {pid: Process(pid) for pid in self._pids()}
        root_process, *others = self._processes.values() or (Process(0),)
        for process in others:
            process.parent = root_process
        run = self._ours()
        argv = [str(word) for word in run.get("argv", ())] or [path.name]
        self.facts = RunFacts(start, last - first, argv, str(run.get("root", root)), [root_process, *others])

    def close(self) -> None:
        """Give the disk space back."""
        self._args.close()

    def _read(self, scanner: Scanner) -> None:
        if scanner.peek() == "[":
            self._take(scanner)
            return
        for key in scanner.members():
            if key == "traceEvents":
                self._take(scanner)
            else:
                found = scanner.value()
                if key in ("otherData", "viztracer_metadata"):
                    self._about[key] = found

    def _take(self, scanner: Scanner) -> None:
        for event in scanner.items():
            phase = str(event["ph"])
            if phase == "M":
                name = event.get("args", {}).get("name")
                self._labels[str(event["name"]), int(event.get("pid", 0)), int(event.get("tid", 0))] = str(name)
            elif phase in ("X", "B", "E"):
                self._event(phase, event)
            else:
                self.ignored[phase] += 1

    def _event(self, phase: str, event: dict[str, Any]) -> None:
        thread = self._threads.setdefault((int(event.get("pid", 0)), int(event.get("tid", 0))), _Thread())
        moment = _ns(event["ts"])
        if phase == "E":
            thread.end(moment)
            return
        if phase == "B":
            thread.begun.append(len(thread.starts))
        thread.starts.append(moment)
        thread.lengths.append(max(_ns(event.get("dur", 0)), 0) if phase == "X" else _OPEN)
        thread.names.append(self._number(str(event.get("name", "")), str(event.get("cat", ""))))
        thread.args.append(self._keep(event.get("args")))

    def _number(self, name: str, category: str) -> int:
        key = (name, category)
        if key not in self._numbers:
            self._numbers[key] = len(self._names)
            self._names.append(key)
        return self._numbers[key]

    def _keep(self, args: object) -> int:
        """Put arguments on the disk, a line each."""
        if not args or not isinstance(args, dict):
            return _NOTHING
        at = self._args.tell()
        self._args.write(json.dumps(args, default=float).encode() + b"\n")
        return at

    def _extent(self) -> tuple[int, int]:
        first = min((min(thread.starts) for thread in self._threads.values() if thread.starts), default=0)
        ends = (start + max(took, 0) for one in self._threads.values()
                for start, took in zip(one.starts, one.lengths, strict=True))  # fmt: skip
        return first, max(ends, default=0)

    def _ours(self) -> dict[str, Any]:
        """What our own export says of the run."""
        about = self._about.get("otherData")
        run = about.get("run") if isinstance(about, dict) else None
        return run if isinstance(run, dict) else {}

    def _start(self, path: Path, first: int, last: int) -> int:
        """When it began, in Unix ns: as the file says, else so that it ended when the file was written."""
        if "startNs" in self._ours():
            return int(self._ours()["startNs"]) + first
        base = self._about.get("viztracer_metadata", {}).get("baseTimeNanoseconds")
        return int(base) + first if base is not None else path.stat().st_mtime_ns - (last - first)

    def _pids(self) -> list[int]:
        """The processes, the one that began first before the others."""
        begun: dict[int, int] = {}
        for (pid, _), thread in self._threads.items():
            if thread.starts:
                begun[pid] = min(begun.get(pid, thread.starts[0]), min(thread.starts))
        return sorted(begun, key=lambda pid: begun[pid])

    def spans(self) -> Iterator[tuple[SpanRecord, int]]:
        """Each span with its depth, parents before their children, thread by thread."""
        self._args.flush()
        for (pid, tid), thread in self._threads.items():
            if not thread.starts:
                continue
            name = self._labels.get(("thread_name", pid, tid), f"thread {tid}")
            yield from self._nested(thread, self._processes[pid], (tid, name))

    def _nested(self, thread: _Thread, process: Process, label: tuple[int, str]) -> Iterator[tuple[SpanRecord, int]]:
        last = max((start + max(took, 0) for start, took in zip(thread.starts, thread.lengths, strict=True)), default=0)
        lengths = [last - thread.starts[at] if took == _OPEN else took for at, took in enumerate(thread.lengths)]
        around: list[tuple[int, int]] = []
        for at in sorted(range(len(lengths)), key=lambda at: (thread.starts[at], -lengths[at], at)):
            start, end = thread.starts[at], thread.starts[at] + lengths[at]
            while around and not _within(start, end, *around[-1]):
                around.pop()
            yield self._record(thread, at, lengths[at], process, label), len(around)
            around.append((start, end))

    def _record(
        self, thread: _Thread, at: int, took: int, process: Process, label: tuple[int, str]
    ) -> SpanRecord:  # fmt: skip
        args = self._given(thread.args[at])
        params = args.get("params", args.get("func_args"))
        params = params if isinstance(params, dict) else {}
        returned = args.get("returnValue", args.get("return_value"))
        error = args.get("error")
        status = str(args.get("status", "ok")) if thread.lengths[at] != _OPEN else "unfinished"
        left_out = args.get("leftOut")
        return SpanRecord(
            process, label, self._place(thread.names[at], args, tuple(params)), thread.starts[at] + self._shift, took,
            status, 0, None, params, (returned,) if returned is not None else (),
            error if isinstance(error, dict) and status == "error" else None,
            left_out if isinstance(left_out, int) else 0,
        )  # fmt: skip

    def _given(self, at: int) -> dict[str, Json]:
        if at == _NOTHING:
            return {}
        self._args.seek(at)
        found: dict[str, Json] = json.loads(self._args.readline())
        return found

    def _place(self, number: int, args: dict[str, Json], params: tuple[str, ...]) -> Place:
        """The function: VizTracer has its place in the name, we have it in the arguments."""
        name, category = self._names[number]
        placed = _PLACED.fullmatch(name)
        if placed:
            return Place(placed[1], placed[2], int(placed[3]), _kind(category, "function"), params)
        file, line = args.get("file"), args.get("line")
        kind = _kind(category, "call" if "viztracer_metadata" in self._about else "function")
        expression = str(args.get("expression") or name) if kind not in FUNCTIONS else ""
        return Place(name, file if isinstance(file, str) else "", line if isinstance(line, int) else 0, kind, params,
                     expression)  # fmt: skip


def _within(start: int, end: int, outer_start: int, outer_end: int) -> bool:
    """Whether a span lies in one that began no later; what begins as that ends comes after it."""
    return end <= outer_end and (start < outer_end or start == outer_start)


def _kind(category: str, otherwise: str) -> str:
    return category if category in _KINDS else otherwise


def _ns(microseconds: object) -> int:
    """Microseconds, which may have fractions, in ns."""
    return int((Decimal(str(microseconds)) * 1000).to_integral_value())
