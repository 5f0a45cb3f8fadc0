"""The watcher: from its first look to the originals' return."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from instrumenter import api
from instrumenter.engine.discover import Choice
from instrumenter.engine.results import Changed, Failed, Outcome
from instrumenter.errors import SpanwrightError, VaultError
from instrumenter.settings import NO_RULES, find_root, read_settings
from instrumenter.watch.debounce import Pending
from instrumenter.watch.events import Event, NoEventsError, Source, open_source
from instrumenter.watch.lock import only_watcher
from instrumenter.watch.session import Session
from instrumenter.watch.status import Said
from instrumenter.watch.territory import Territory

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN = 1.0  # seconds, after which what could not be done is tried again; each time longer
_AT_MOST = 30.0
_TRIES = 6  # to give the originals back while another command is at work, each of some seconds


class OnExit(Enum):
    """What becomes of the twins when the watcher ends."""

    RESTORE = "restore"
    KEEP = "keep"


@dataclass(frozen=True)
class Manner:
    """How to watch. `poll`: seconds between two looks, None where the system tells of changes; `name`: the command."""

    on_exit: OnExit = OnExit.RESTORE
    poll: float | None = None
    name: str = "instrument --watch"


def watch(choice: Choice, options: api.Options, manner: Manner, said: Said) -> int:
    """Instrument what is there and follow it until a signal comes; gives the exit code.

    SpanwrightError if it cannot begin, or cannot give the originals back.
    """
    roots = sorted({find_root(target.path) for target in choice.targets})
    settings = [read_settings(root, NO_RULES) for root in roots]
    takes_new, reinstruments = (
        all(each[name] for each in settings) for name in ("WATCH_NEW_FILES", "AUTO_REINSTRUMENT")
    )
    with contextlib.ExitStack() as stack:
        for root in roots:
            stack.enter_context(only_watcher(root, manner.name))
        watcher = Watcher(choice, options, manner, said, takes_new, reinstruments)
        stack.enter_context(watcher.signals())
        return watcher.run()


@dataclass
class Watcher:
    """Listens, waits, and has done what is to be done; all but `end` is for one thread."""

    choice: Choice
    options: api.Options
    manner: Manner
    said: Said
    takes_new: bool
    reinstruments: bool = True
    inbox: SimpleQueue[Event | None] = field(default_factory=SimpleQueue)
    pending: Pending = field(default_factory=Pending)
    is_ending: bool = False
    delay: float = _AGAIN
    trouble: str = ""

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """End on a signal, once what is being done is done; those that come while it ends change nothing."""

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self.end()

        taken = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]  # nohup
        before = {number: signal.signal(number, on_signal) for number in taken}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def end(self) -> None:
        """Have `run` end; a signal's handler may call this, for which SimpleQueue is made."""
        self.is_ending = True
        self.inbox.put(None)

    def run(self) -> int:
        """Watch until the end; gives the exit code."""
        plan = api.plan_instrument(self.choice)
        self.session = Session(
            self.choice, self.options, self.said, self.takes_new, self.reinstruments, lambda: self.is_ending
        )
        self.source = self.open(plan)
        try:
            self.again(self.session.start(plan))
            self.said.line(
                f"watching {count(len(self.session.paths))}, {self.session.twins} instrumented; Ctrl-C ends it"
            )
            while not self.is_ending:
                self.show()
                self.turn()
        finally:
            self.source.stop()
            self.said.status("")
            code = self.finish() if self.manner.on_exit is OnExit.RESTORE else 0
        return code

    def open(self, plan: api.Plan) -> Source:
        """Begin to listen before the first look at the files, so that nothing falls in between."""
        self.territory = Territory(
            (find_root(target.path) for target in self.choice.targets),
            (target.path.resolve() for target in self.choice.targets),
            (found.path for files in plan.files.values() for found in files),
        )
        return open_source(self.territory, self.inbox.put, poll=self.manner.poll, say=self.said.line)

    def turn(self) -> None:
        """Wait for something to do, then do it."""
        self.receive()
        ready = self.pending.take(time.monotonic())
        if not ready:
            return
        try:
            again = self.session.handle(ready)
        except (SpanwrightError, OSError) as error:
            self.trouble_with(error)
            again = ready
        else:
            self.trouble = ""
        self.again(again)

    def again(self, paths: set[Path]) -> None:
        """Look at these files once more, after a while."""
        for path in paths:
            self.pending.later(path, time.monotonic() + self.delay)
        self.delay = min(2 * self.delay, _AT_MOST) if paths else _AGAIN

    def receive(self) -> None:
        """Take what has happened; wait for it until something is due."""
        due = self.pending.due()
        timeout = None if due is None else max(0.0, due - time.monotonic())
        with contextlib.suppress(Empty):
            self.accept(self.inbox.get(timeout=timeout))
            while True:
                self.accept(self.inbox.get_nowait())

    def accept(self, event: Event | None) -> None:
        """Note what an event means for which files."""
        if event is None:
            return
        if event.failure is not None:
            self.poll_instead(event.failure)
        now = time.monotonic()
        if event.path is None:
            paths = self.session.everything()
        elif event.is_folder:
            paths = set(self.session.below(event.path))
        else:
            paths = {event.path}
        for path in paths:
            self.pending.touch(path, now, is_complete=event.is_complete)

    def poll_instead(self, failure: NoEventsError) -> None:
        """Go on without events."""
        self.source.stop()
        self.said.line(f"{failure}; looking at every file once a second instead")
        self.source = open_source(self.territory, self.inbox.put, poll=1.0, say=self.said.line)

    def trouble_with(self, error: SpanwrightError | OSError) -> None:
        """Say once what stands in the way."""
        slug = error.slug if isinstance(error, SpanwrightError) else "storage"
        text = f"{error}; tried again until it works [{slug}]"
        if text != self.trouble:
            self.trouble = text
            self.said.line(text)

    def show(self) -> None:
        """Bring the status line up to date."""
        waiting = f", {len(self.pending)} waiting" if self.pending else ""
        self.said.status(f"watching {count(len(self.session.paths))}, {self.session.twins} instrumented{waiting}")

    def finish(self) -> int:
        """Give the originals back; gives the exit code."""
        outcomes: list[Outcome] = []
        for rest in reversed(range(_TRIES)):
            try:
                outcomes.extend(self.session.finish())
                break
            except VaultError as error:
                if error.slug != "vault-busy" or not rest:
                    raise
                self.said.line(f"{error}; tried again [{error.slug}]")
        restored = [outcome for outcome in outcomes if isinstance(outcome, Changed)]
        self.said.outcomes([outcome for outcome in outcomes if isinstance(outcome, Failed)], 0)
        self.said.line(f"restored {count(len(restored))}")
        return 3 if any(isinstance(outcome, Failed) for outcome in outcomes) else 0


def count(files: int) -> str:
    """Return `1 file`, `2 files`."""
    return "1 file" if files == 1 else f"{files} files"
