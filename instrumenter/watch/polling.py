"""Looking again and again, where the file system tells of no events: network and shared folders, exhausted limits."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from instrumenter.watch.events import Event, Sink
from instrumenter.watch.territory import Territory

_Look = tuple[int, int, int]  # what tells that a file is another: inode, size, ns of its time


class Polling:
    """A source that compares all files of the territory with what they were `interval` seconds before."""

    def __init__(self, territory: Territory, sink: Sink, interval: float) -> None:
        self._territory = territory
        self._sink = sink
        self._interval = interval
        self._looks: dict[Path, _Look] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spanwright-polling", daemon=True)

    def start(self) -> None:
        """Look for the first time, then begin."""
        self._looks = self._look()
        self._thread.start()

    def stop(self) -> None:
        """End after the look that is being taken."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(self._interval):
            looks = self._look()
            for path in looks.keys() | self._looks.keys():
                if looks.get(path) != self._looks.get(path):
                    self._sink(Event(path, is_complete=False))
            self._looks = looks

    def _look(self) -> dict[Path, _Look]:
        looks = {}
        for start in self._territory.starts:
            for folder in self._territory.folders(start):
                for path in self._territory.files(folder):
                    try:
                        now = os.stat(path)  # noqa: PTH116 - of thousands of files, each second
                    except OSError:
                        continue
                    looks[path] = (now.st_ino, now.st_size, now.st_mtime_ns)
        return looks
