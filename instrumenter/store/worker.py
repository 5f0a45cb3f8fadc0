"""Reads segments in processes of their own: a task goes in, the parts of a segment come out one after another.

Like `instrumenter.engine.pool` it does without `multiprocessing`, whose workers outlive a parent that is killed.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import TypeAlias

from instrumenter.store.reading import Part, parts
from instrumenter.trace.runs import Run, Traces
from instrumenter.trace.segment import Segment

WORTH_IT = 8 << 20
"""Bytes of segments below which starting a process takes longer than the work."""
_AHEAD = 4
_SERVE = "import sys; sys.path[:] = sys.argv[1:]; from instrumenter.store import worker; worker.serve()"
Answer: TypeAlias = Part | Exception | None
"""None ends the parts of a segment."""
_GONE = (EOFError, OSError, pickle.UnpicklingError)


@dataclass(frozen=True, slots=True)
class Task:
    """A segment to read, and the state in which the index has it."""

    name: str
    known: str | None


@dataclass(slots=True)
class Reader:
    """Reads segments of one project, and keeps in memory only those that the next may need: its ancestors."""

    traces: Traces
    numbers: dict[str, int]
    now: float
    _segments: dict[str, Segment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._segments = {segment.name: segment for run in self.traces.runs for segment in run.segments}

    def parts(self, task: Task) -> Iterator[Part]:
        """The parts of a segment; none where it has not changed, or is gone."""
        wanted = self._segments.get(task.name)
        if wanted is None:
            return
        needed = {wanted, *wanted.ancestors()}
        for segment in self._segments.values():
            if segment not in needed:
                segment.release()
        yield from parts(wanted, self.numbers, self.now, task.known)


def release(runs: Sequence[Run]) -> None:
    """Give back the memory of all segments that were read."""
    for run in runs:
        run.release()


def serve() -> None:
    """Be a worker: read what a `Reader` needs, then tasks, from standard input; answer each with its parts and None."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get in between
    with contextlib.suppress(EOFError, BrokenPipeError):
        root, numbers, now = pickle.load(requests)
        reader = Reader(Traces.load(root), numbers, now)
        while True:
            for part in (*reader.parts(pickle.load(requests)), None):
                pickle.dump(part, answers, pickle.HIGHEST_PROTOCOL)
                answers.flush()
    os._exit(0)


class Workers:
    """Some processes that read segments, each driven by a thread that is a few parts ahead of who takes them."""

    def __init__(self, number: int, root: Path, numbers: dict[str, int], now: float) -> None:
        self._processes = [_process() for _ in range(number)]
        self._hello = pickle.dumps((root, numbers, now))

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def parts(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Iterator[Part]]]:
        """Each task with its parts, in the order in which the first part is there; raises OSError if a process died."""
        waiting = deque(tasks)
        ready: Queue[tuple[Task, Queue[Answer]]] = Queue()
        for process in self._processes:
            threading.Thread(target=self._drive, args=(process, waiting, ready), daemon=True).start()
        for _ in tasks:
            task, found = ready.get()
            yield task, _taken(task, found)

    def _drive(
        self,
        process: subprocess.Popen[bytes],
        waiting: deque[Task],
        ready: Queue[tuple[Task, Queue[Answer]]],
    ) -> None:
        assert process.stdin and process.stdout
        with contextlib.suppress(*_GONE):
            process.stdin.write(self._hello)
        while True:
            try:
                task = waiting.popleft()
            except IndexError:
                return
            found: Queue[Answer] = Queue(_AHEAD)
            ready.put((task, found))
            self._do(process, task, found)

    def _do(self, process: subprocess.Popen[bytes], task: Task, found: Queue[Answer]) -> None:
        assert process.stdin and process.stdout
        try:
            pickle.dump(task, process.stdin)
            process.stdin.flush()
            while (part := pickle.load(process.stdout)) is not None:
                found.put(part)
            found.put(None)
        except _GONE as error:
            found.put(error)


def _taken(task: Task, found: Queue[Answer]) -> Iterator[Part]:
    while (part := found.get()) is not None:
        if isinstance(part, Exception):
            raise OSError(f"{task.name}: the process that read it has died")
        yield part


def _process() -> subprocess.Popen[bytes]:
    # In a process group of its own, Ctrl-C does not reach it: this process ends it, without a traceback.
    command = [sys.executable, "-P", "-c", _SERVE, *sys.path]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
