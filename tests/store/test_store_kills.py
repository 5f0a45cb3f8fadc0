"""A command that is killed while it fills the index loses nothing and doubles nothing; tests/long does it often."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from segment_encoder import Stream, project, save
from store_helpers import count, in_index, index_of
from trace_helpers import ADD, MAIN, SITES, started

from instrumenter.trace.runs import Traces

SEGMENTS, CALLS = 12, 400
INDEX = "from instrumenter.cli.spans import main; main(['index'])"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with some segments."""
    folder = tmp_path_factory.mktemp("kills")
    for number in range(1, SEGMENTS + 1):
        data = started(version=5, clean=True, pid=999_000_000 + number)
        stream = Stream(data, 1)
        stream.enter(MAIN)
        for turn in range(CALLS):
            stream.enter(ADD, turn, number)
            stream.ret(turn)
        stream.leave()
        save(project(folder, SITES), data, f"202611{number:02}T091450.000000Z-{data.pid}.seg")
    return folder


@pytest.mark.parametrize("seed", range(4))
def test_killed_command_leaves_nothing_lost_or_doubled(folder: Path, seed: int) -> None:
    index = folder / ".spanwright/traces/index.duckdb"
    index.unlink(missing_ok=True)
    child = subprocess.Popen([sys.executable, "-c", INDEX], cwd=folder, stdout=subprocess.DEVNULL)
    while not index.exists() and child.poll() is None:
        time.sleep(0.002)
    time.sleep(random.Random(seed).uniform(0.0, 0.2))
    child.kill()
    child.wait()
    with index_of(folder) as connection:
        assert count(connection) == SEGMENTS * (CALLS + 1)
        assert count(connection, "segments") == len(Traces.load(folder).runs) == SEGMENTS
        assert count(connection, "traces") == SEGMENTS
        ids = [(span["run"], span["spanId"]) for span in in_index(connection)]
        assert len(ids) == len(set(ids))
