"""What running programs have recorded is flushed by a command that stays."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from storage_helpers import DAY, recorded

from instrumenter.errors import UsageError
from instrumenter.storage import flush as module
from instrumenter.storage.flush import flush, flushing


def test_segments_of_processes_that_live_are_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = recorded(tmp_path, 1, age=DAY, pid=os.getpid(), clean=False, started=0)
    recorded(tmp_path, 2, age=DAY)
    seen = []
    monkeypatch.setattr("os.fsync", lambda number: seen.append(os.fstat(number).st_ino))
    assert flush(tmp_path) == 1
    assert seen == [live.stat().st_ino]


def test_interval_has_it_done_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tracing.env").write_text("TRACING_FLUSH_INTERVAL=1ms\n")
    turns, enough = [], threading.Event()

    def count(root: Path) -> None:
        turns.append(root)
        if len(turns) == 3:
            enough.set()

    monkeypatch.setattr(module, "flush", count)
    before = threading.active_count()
    with flushing([tmp_path]):
        assert enough.wait(60)
    assert set(turns) == {tmp_path} and threading.active_count() == before


def test_without_an_interval_nothing_is_flushed(tmp_path: Path) -> None:
    before = threading.active_count()
    with flushing([tmp_path]):
        assert threading.active_count() == before


def test_an_interval_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tracing.env").write_text("TRACING_FLUSH_INTERVAL=often\n")
    with pytest.raises(UsageError, match="allowed: a time"), flushing([tmp_path]):
        pass
