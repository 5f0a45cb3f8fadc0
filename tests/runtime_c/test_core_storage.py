"""The file: growth, what stops it, and a program that goes on whatever happens to it."""

from __future__ import annotations

import signal

import pytest
from core_under_test import CoreUnderTest
from segment_text import read_segment

pytestmark = pytest.mark.parametrize("core", ["c"], indirect=True)

F = """
import os, signal
def f(a, b):
    try:
        _sw_enter(0, a, b)
        return _sw_ret(a + b)
    except: _sw_fail(0); raise
def many(n):
    for i in range(n):
        f(i, i)
"""


def finished(core: CoreUnderTest) -> int:
    """Count the finished calls of the main thread."""
    (path,) = core.segments()
    return sum(line.startswith("RETURN") for line in read_segment(path).streams[1].lines)


def test_full_windows_are_not_kept_in_memory(core: CoreUnderTest) -> None:
    done = core.run(
        F
        + """
many(60_000)
print(sum(".seg" in line for line in open("/proc/self/maps")))
"""
    )
    assert int(done.out) <= 3
    assert done.segment.stat().st_size > 600_000
    assert finished(core) == 60_000


def test_segment_ends_after_its_last_byte(core: CoreUnderTest) -> None:
    data = core.run(F + "many(1)").segment.read_bytes()
    assert data[-1] != 0 or data[-2] != 0
    assert data[19] & 1


def test_a_limit_on_file_sizes_stops_recording_only(core: CoreUnderTest) -> None:
    done = core.run(
        F
        + """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
many(30_000)
print("goes on")
"""
    )
    assert done.out == "goes on\n"
    assert done.err == f"spanwright: recording stopped: File too large: {done.segment}\n"
    assert 1_000 < finished(core) < 30_000


def test_a_folder_that_cannot_be_made_stops_recording_only(core: CoreUnderTest) -> None:
    done = core.run(F + "many(5); print('goes on')", env={"SPANWRIGHT_TRACES": "/dev/null/traces"})
    assert done.out == "goes on\n"
    assert done.err == "spanwright: recording stopped: Not a directory: /dev/null/traces\n"


def test_nothing_is_said_where_quiet_is_asked_for(core: CoreUnderTest) -> None:
    env = {"SPANWRIGHT_TRACES": "/dev/null/traces", "SPANWRIGHT_QUIET": "1"}
    assert core.run(F + "many(5)", env=env).err == ""


def test_a_program_that_closes_all_descriptors_keeps_its_files(core: CoreUnderTest) -> None:
    core.run(
        F
        + """
many(100)
os.closerange(3, 256)
mine = [open(f"mine{i}", "w+") for i in range(20)]
many(40_000)
assert all(os.path.getsize(f"mine{i}") == 0 for i in range(20))
"""
    )
    assert finished(core) == 40_100


def test_no_descriptor_is_left_open(core: CoreUnderTest) -> None:
    core.run(F + "before = os.listdir('/proc/self/fd'); many(30_000); assert os.listdir('/proc/self/fd') == before")


def test_a_segment_that_is_removed_stops_recording_only(core: CoreUnderTest) -> None:
    done = core.run(
        F
        + """
from spanwright._select import core
many(1)
os.unlink(core.segment())
many(40_000)
print(core.trouble())
"""
    )
    assert done.out == "{'segment': 1}\n"
    assert done.err.startswith("spanwright: recording stopped: No such file or directory: ")


def test_another_file_in_its_place_is_not_touched(core: CoreUnderTest) -> None:
    done = core.run(
        F
        + """
from spanwright._select import core
many(1)
path = core.segment()
os.unlink(path)
with open(path, "w") as file: file.write("mine")
many(40_000)
assert open(path).read() == "mine"
"""
    )
    assert "recording stopped: Stale file handle" in done.err


def test_the_working_directory_may_change(core: CoreUnderTest) -> None:
    core.run(F + "many(1); os.chdir('/'); many(40_000)", env={"SPANWRIGHT_TRACES": core.traces.name})
    assert finished(core) == 40_001


@pytest.mark.parametrize("clock", ["monotonic", "tsc"])
def test_what_a_killed_process_recorded_is_there(core: CoreUnderTest, clock: str) -> None:
    source = "many(30_000); os.kill(os.getpid(), signal.SIGKILL)"
    core.run(F + source, clock=clock, status=-signal.SIGKILL)
    assert finished(core) == 30_000
    assert not read_segment(core.segments()[0]).clean


def test_segments_are_the_users_alone(core: CoreUnderTest) -> None:
    assert core.run(F + "many(1)").segment.stat().st_mode & 0o777 == 0o600
