"""What the kernel and the disk may do to a recording program: nothing recorded is lost, nothing of it harmed."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from core_under_test import CoreUnderTest
from segment_text import events, read_segment

CALLS = """
import os, sys
def f(n):
    try:
        _sw_enter(10, n)
        return _sw_ret(n)
    except: _sw_fail(10); raise
def calls(count):
    for n in range(count): assert f(n) == n
"""
EXPECTED = [line for n in range(20_000) for line in ("ENTER 10", f"ARGS {n}", f"RETURN {n}")]

ENDS = {
    "SIGKILL": ("os.kill(os.getpid(), 9)", -signal.SIGKILL),
    "os._exit": ("os._exit(3)", 3),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
}


@pytest.mark.parametrize("how", ENDS)
def test_all_is_there_after_a_sudden_end(core: CoreUnderTest, how: str) -> None:
    code, status = ENDS[how]
    run = core.run(CALLS + f"_sw_enter(1); calls(20_000); {code}", clock="monotonic", status=status)
    assert events(run.segment) == ["ENTER 1", *EXPECTED]
    assert not read_segment(run.segment).clean


def test_clean_end_cuts_the_file_and_says_so(core: CoreUnderTest) -> None:
    run = core.run(CALLS + "calls(20_000)", clock="monotonic")
    segment = read_segment(run.segment)
    assert segment.clean
    assert segment.streams[1].lines == EXPECTED
    assert segment.data[-1] != 0 or events(run.segment)[-1].endswith(("None", " 0"))
    assert len(segment.data) % 65_536 != 0


def test_exit_by_exception_is_a_clean_end(core: CoreUnderTest) -> None:
    run = core.run(CALLS + "f(1); sys.exit(4)", status=4)
    assert read_segment(run.segment).clean


def test_events_at_exit_do_no_harm(core: CoreUnderTest) -> None:
    """Exit functions, daemon threads and late destructors still call probes when the file may have been cut."""
    run = core.run(
        CALLS
        + """
import atexit, threading
atexit.register(f, 1)
class Late:
    def __del__(self): self.f(2)
    f = staticmethod(f)
late = sys.late = Late()
def forever():
    while True: f(-1)
threading.Thread(target=forever, daemon=True).start()
calls(100)
""",
        clock="monotonic",
    )
    assert run.err == ""
    (main,) = (stream for stream in read_segment(run.segment).streams.values() if "ARGS 99" in stream.lines)
    assert main.lines[300:303] == ["ENTER 10", "ARGS 1", "RETURN 1"]


def test_full_disk_stops_recording_and_nothing_else(core: CoreUnderTest) -> None:
    """No more than 150,000 bytes: the third window does not fit."""
    run = core.run(
        CALLS + "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))\ncalls(20_000)",
        clock="monotonic",
    )
    assert run.err == f"spanwright: recording stopped: File too large: {run.segment}\n"
    recorded = events(run.segment)
    assert 1_000 < len(recorded) < 20_000
    assert recorded == EXPECTED[: len(recorded)]


def test_limit_below_the_first_chunk(core: CoreUnderTest) -> None:
    run = core.run(CALLS + "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))\ncalls(10)")
    assert run.err.count("\n") == 1
    assert "recording stopped: File too large" in run.err


def test_folder_that_cannot_be_written(core: CoreUnderTest) -> None:
    """Whoever runs the tests: there is no folder below a file."""
    (core.project / "file").write_bytes(b"")
    traces = core.project / "file" / "traces"
    run = core.run(CALLS + "calls(10)", env={"SPANWRIGHT_TRACES": str(traces)})
    assert run.err == f"spanwright: recording stopped: Not a directory: {traces}\n"
    assert run.segments == ()


def test_folder_that_is_read_only(core: CoreUnderTest) -> None:
    core.traces.mkdir()
    core.traces.chmod(0o500)
    drop = "if os.getuid() == 0: os.setuid(65_534)\n"
    run = core.run("import os\n" + drop + CALLS + "calls(10)", env={"TMPDIR": "/nowhere"})
    core.traces.chmod(0o700)
    assert run.err in (f"spanwright: recording stopped: Permission denied: {core.traces}\n", "")
    assert bool(run.err) == (run.segments == ())


def test_segment_that_is_deleted_while_it_grows(core: CoreUnderTest) -> None:
    run = core.run(
        CALLS + "calls(10)\nfrom spanwright._select import core\nos.unlink(core.segment())\ncalls(20_000)",
        clock="monotonic",
    )
    assert run.err.count("recording stopped: No such file or directory") == 1
    assert run.segments == ()


def test_segment_that_another_file_replaces_while_it_grows(core: CoreUnderTest) -> None:
    """What stands under the name then is left alone."""
    run = core.run(
        CALLS
        + """
calls(10)
from spanwright._select import core
os.unlink(core.segment())
with open(core.segment(), "w") as file: file.write("mine")
calls(20_000)
""",
        clock="monotonic",
    )
    assert run.err.count("recording stopped") == 1
    assert run.segment.read_text() == "mine"


def test_program_that_closes_all_descriptors(core: CoreUnderTest) -> None:
    """A daemon does: its own files then get the numbers that the recorder's had, and must not be closed or written."""
    run = core.run(
        CALLS
        + """
calls(10)
os.closerange(3, 64)
mine = [os.open(f"mine{n}", os.O_CREAT | os.O_RDWR) for n in range(20)]
calls(20_000)
for n, fd in enumerate(mine):
    assert os.write(fd, b"data") == 4
    assert os.stat(f"mine{n}").st_size == 4
""",
        clock="monotonic",
    )
    assert run.err == ""
    assert events(run.segment) == EXPECTED[:30] + EXPECTED


def test_standard_error_that_is_closed(core: CoreUnderTest) -> None:
    run = core.run(
        CALLS
        + "os.close(2)\nimport resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))\ncalls(10)\nprint('done')"
    )
    assert run.out == "done\n"


def test_unknown_abi_hands_values_through_and_says_so_once(core: CoreUnderTest) -> None:
    words = "enter ret val gen co pause resume from exit error fail flag"
    names = ", ".join(f"_sw_{word}" for word in words.split())
    path = core.write(
        "newer.py",
        f"""
from spanwright import probes as _sw_; {names} = _sw_(__name__, "newer.py@00", 3, "more", 5, "{words}")
from spanwright import probes as _sw_; {names} = _sw_(__name__, "newer.py@00", 3, "more", 5, "{words}")
_sw_enter(1, 2); s = _sw_gen(3); _sw_co(4)
assert (_sw_ret(5), _sw_ret(), _sw_val(6), _sw_val(), _sw_val(s), _sw_val(s, 7)) == (5, None, 6, None, None, 7)
assert (_sw_pause(s, 8), _sw_pause(s), _sw_resume(s, 9), _sw_from(s, [1])) == (8, None, 9, [1])
_sw_exit(s); _sw_error(s); _sw_fail(1); _sw_flag(s)
with s: pass
""",
    )
    run = core.run_file(path)
    assert run.err.count("\n") == 1
    assert "ABI 3" in run.err
    assert run.segments == ()


def test_project_that_is_not_there(core: CoreUnderTest, tmp_path: Path) -> None:
    """A twin that was copied elsewhere runs, and is not recorded."""
    run = core.run_file(_elsewhere(core), env={"SPANWRIGHT_TRACES": ""})
    assert run.out == "5\n"
    assert run.err.count("\n") == 1
    assert "instrumented" in run.err


def _elsewhere(core: CoreUnderTest) -> Path:
    path = core.write("twin.py", "")
    core.run(CALLS)
    source = path.read_text() + "print(f(5))"
    (core.project / ".spanwright").rename(core.project / "gone")
    path.write_text(source)
    return path


def test_header_names_the_process(core: CoreUnderTest) -> None:
    run = core.run(
        CALLS + "f(1); print(os.getpid(), open('/proc/self/stat').read().rpartition(')')[2].split()[19])",
        clock="monotonic",
    )
    segment = read_segment(run.segment)
    assert run.out.split() == [str(segment.number(20, 4)), str(segment.number(24, 8))]
