"""Many files at a time: the same work in several processes, each of which may crash.

Not `multiprocessing`: a crash there breaks the whole pool and hides which task it was, the workers outlive a parent
that is killed, and a script that calls this without a `__main__` guard would run again in each of them.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_WORTH_IT = 20  # files; below, starting processes takes longer than the work
_SERVE = "import sys; sys.path[:] = sys.argv[1:]; from instrumenter.engine import pool; pool.serve()"
_CRASH = (EOFError, OSError, pickle.UnpicklingError)


def default_jobs(tasks: int) -> int:
    """Return how many processes are worth starting for so many files."""
    return os.cpu_count() or 1 if tasks >= _WORTH_IT else 1


def each(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int, crashed: Callable[[Task], Result]
) -> Iterator[Result]:
    """Yield what `work` makes of each task, in the order they are done; `crashed` answers for a process that died.

    `work` must be importable by name and must not raise.
    """
    if jobs == 1 or not tasks:
        yield from map(work, tasks)
        return
    with _Workers(min(jobs, len(tasks))) as workers:
        yield from workers.each(work, deque(tasks), crashed)


def serve() -> None:
    """Be a worker: read (function, argument) from standard input, answer on standard output, until there is no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get in between
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            work, task = pickle.load(requests)
            pickle.dump(work(task), answers)
            answers.flush()
    os._exit(0)  # what could not be answered is not to be flushed


class _Worker:
    """A process that does one task at a time. It ends when its input does, so also when this process is killed."""

    def __init__(self) -> None:
        # In a process group of its own, Ctrl-C does not reach it: this process ends it, without a traceback.
        command = [sys.executable, "-P", "-c", _SERVE, *sys.path]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)

    def do(self, work: Callable[[Task], Result], task: Task) -> Result:
        """Return what the process makes of the task; one of `_CRASH` if it dies of it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        pickle.dump((work, task), self.process.stdin)
        self.process.stdin.flush()
        result: Result = pickle.load(self.process.stdout)
        return result

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class _Workers:
    """Some workers, each driven by a thread that waits for it."""

    def __init__(self, number: int) -> None:
        self.all = [_Worker() for _ in range(number)]
        self.free: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self.all:
            self.free.put(worker)
        self.threads = ThreadPoolExecutor(number)
        self.are_ending = False

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.are_ending = True
        for worker in self.all:
            worker.process.kill()  # a thread that waits for it gets the end of the file
        self.threads.shutdown(cancel_futures=True)
        for worker in self.all:
            worker.end()

    def each(
        self, work: Callable[[Task], Result], waiting: deque[Task], crashed: Callable[[Task], Result]
    ) -> Iterator[Result]:
        at_work: set[Future[Result]] = set()
        while waiting or at_work:
            while waiting and len(at_work) < 2 * len(self.all):
                at_work.add(self.threads.submit(self.do, work, waiting.popleft(), crashed))
            done, at_work = wait(at_work, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def do(self, work: Callable[[Task], Result], task: Task, crashed: Callable[[Task], Result]) -> Result:
        worker = self.free.get()
        try:
            return worker.do(work, task)
        except _CRASH:
            if not self.are_ending:
                self.all.remove(worker)
                worker.end()
                worker = _Worker()
                self.all.append(worker)
            return crashed(task)
        finally:
            self.free.put(worker)
