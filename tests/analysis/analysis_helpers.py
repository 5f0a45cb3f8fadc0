"""The command `spans` in a project with small segments made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_in_test import Ended, run_command
from segment_encoder import SegmentBytes, Stream, exception, project, save
from trace_helpers import ADD, MAIN, PUT, SITES, started

from instrumenter.cli.spans import main

NAME = "20261120T091450.000000Z-4242"


@dataclass(frozen=True)
class Spans:
    """The command in a project of its own."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ended:
        return run_command(main, words, self.capsys)

    def record(self, draw: Callable[[Stream], object], name: str = NAME, **header: Any) -> None:
        """Save a run of one thread."""
        data = started(clean=True, **header)
        draw(Stream(data, 1))
        self.save(data, name)

    def save(self, data: SegmentBytes, name: str = NAME) -> None:
        """Save a segment."""
        save(self.folder, data, f"{name}.seg")


def in_project(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    """Make a project with the functions of `trace_helpers` the current folder."""
    monkeypatch.chdir(project(folder, SITES))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    return Spans(folder, capsys)


def calls(stream: Stream) -> None:
    """`main` calls `add` four times, which takes ever longer, and `Store.put`, which fails after 400 ns."""
    stream.enter(MAIN)
    for count in range(4):
        stream.enter(ADD, count, 1)
        stream.ret(count + 1, dt=(count + 1) * 100)
    stream.enter(PUT, None, "k", (), {})
    stream.fail(exception("app.Missing", "no k", [("/project/app.py", 9, "put")]), dt=400)
    stream.leave(dt=50)
