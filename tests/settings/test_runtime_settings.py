"""What each setting does to a program that runs, on both cores, from the environment and from `tracing.env`."""

from __future__ import annotations

from pathlib import Path

import pytest
from core_under_test import CoreUnderTest, Run
from segment_text import events

PROGRAM = """
import asyncio, sys
def f(a, b):
    try:
        _sw_enter(1, a, b)
        _sw_keep(1, b)
        x = _sw_let(2, a + 1); _sw_var(3, x)
        b.append(x)
        _sw_state(1, b)
        return _sw_ret(x)
    except: _sw_fail(1); raise

def g(n):
    try:
        _sw_enter(4, n)
        return _sw_val(1 // n)
    except: _sw_error(4); raise
    finally: _sw_exit(4)

def items(n):
    _sw_s = _sw_gen(5, n)
    try:
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
        _sw_val(_sw_s, None)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)

async def later(n):
    _sw_s = _sw_co(6, n)
    try:
        await _sw_await(_sw_s, 7, asyncio.sleep(0))
        return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)

class C:
    def m(self, n):
        try:
            _sw_enter_m(8, self, n)
            raise ValueError(n)
        except: _sw_fail(8); raise

def attempt(call, *args):
    try:
        return call(*args)
    except Exception as error:
        return type(error).__name__

print(attempt(f, 1, [2]), attempt(g, 0), attempt(g, 1), list(items(3)), asyncio.run(later(4)), attempt(C().m, 5))
"""
SAID = "2 ZeroDivisionError 1 [3] 4 ValueError\n"


def run(core: CoreUnderTest, settings: str = "", **env: str) -> Run:
    (core.project / "tracing.env").write_text(settings)
    done = core.run(PROGRAM, env=env)
    assert done.out == SAID
    return done


def names(done: Run) -> list[str]:
    return [line.split()[0] for line in events(done.segment)]


def test_without_settings_all_is_recorded(core: CoreUnderTest) -> None:
    done = run(core)
    assert done.err == ""
    assert {"ENTER", "ARGS", "RETURN", "RAISE", "ERROR", "VALUE", "VAR", "STATE", "AWAIT", "HVALUE"} <= set(names(done))


@pytest.mark.parametrize("where", ["environment", "file", "named file"])
def test_a_setting_counts_wherever_it_stands(core: CoreUnderTest, where: str) -> None:
    if where == "environment":
        done = run(core, TRACING_CAPTURE_PARAMS="off")
    elif where == "file":
        done = run(core, "# mine\nexport TRACING_CAPTURE_PARAMS='off'\n")
    else:
        (core.project / "other.env").write_text("TRACING_CAPTURE_PARAMS=0")
        done = run(core, "TRACING_CAPTURE_PARAMS=on", TRACING_ENV_FILE="other.env")
    assert "ARGS" not in names(done) and "RETURN" in names(done)


def test_the_environment_counts_over_the_file(core: CoreUnderTest) -> None:
    assert "ARGS" in names(run(core, "TRACING_CAPTURE_PARAMS=off", TRACING_CAPTURE_PARAMS="on"))


def test_enabled_off_records_nothing(core: CoreUnderTest) -> None:
    done = run(core, "TRACING_ENABLED=off")
    assert (done.segments, done.err) == ((), "")
    assert not core.traces.exists()


def test_capture_params_off_leaves_out_parameters_and_what_changed_in_them(core: CoreUnderTest) -> None:
    assert set(names(run(core))) - set(names(run(_fresh(core), "TRACING_CAPTURE_PARAMS=off"))) == {"ARGS", "STATE"}


def test_capture_return_off_leaves_out_return_values(core: CoreUnderTest) -> None:
    assert set(names(run(core))) - set(names(run(_fresh(core), "TRACING_CAPTURE_RETURN=off"))) == {
        "RETURN", "VALUE", "HVALUE",
    }  # fmt: skip


def test_capture_vars_off_leaves_out_values_of_names(core: CoreUnderTest) -> None:
    assert set(names(run(core))) - set(names(run(_fresh(core), "TRACING_CAPTURE_VARS=off"))) == {"VAR"}


def test_capture_async_off_leaves_out_awaits(core: CoreUnderTest) -> None:
    assert set(names(run(core))) - set(names(run(_fresh(core), "TRACING_CAPTURE_ASYNC=off"))) == {"AWAIT", "AWAITED"}


def test_auto_capture_errors_off_says_only_that_spans_failed(core: CoreUnderTest) -> None:
    lines = names(run(core, "TRACING_AUTO_CAPTURE_ERRORS=off"))
    assert lines.count("FLAG") == 2 and not {"RAISE", "ERROR"} & set(lines)


@pytest.mark.parametrize(
    "settings",
    [
        "TRACING_CAPTURE_PARAMS=off", "TRACING_CAPTURE_RETURN=off", "TRACING_CAPTURE_VARS=off",
        "TRACING_CAPTURE_ASYNC=off", "TRACING_AUTO_CAPTURE_ERRORS=off", "TRACING_MAX_TRACES_MEMORY=192kB",
    ],
)  # fmt: skip
def test_both_cores_write_the_same_bytes(both_cores: tuple[CoreUnderTest, CoreUnderTest], settings: str) -> None:
    c, python = (bytearray(run(core, settings).segment.read_bytes()) for core in both_cores)
    assert (c[16], python[16]) == (1, 2)
    c[16] = python[16]
    assert c == python


def test_exclude_files_silences_a_file_that_is_instrumented(core: CoreUnderTest) -> None:
    done = run(core, "TRACING_EXCLUDE_FILES='generated/, tw*.py'")
    assert (done.segments, done.err) == ((), "")


def test_exclude_files_leaves_others_alone(core: CoreUnderTest) -> None:
    assert run(core, "TRACING_EXCLUDE_FILES=other.py").segments != ()


def test_auto_track_async_off_leaves_threads_without_what_started_them(core: CoreUnderTest) -> None:
    program = """
    import threading
    def f(n):
        try:
            _sw_enter(1, n)
            if n:
                thread = threading.Thread(target=f, args=(0,)); thread.start(); thread.join()
        finally: _sw_exit(1)
    f(1)
    """
    assert any(line.startswith("ADOPT") for line in _all_events(core.run(program)))
    without = core.run(program, env={"TRACING_AUTO_TRACK_ASYNC": "off", "SPANWRIGHT_TRACES": str(core.project / "t")})
    (segment,) = (core.project / "t").glob("*.seg")
    assert without.err == "" and not any(line.startswith("ADOPT") for line in _lines(segment))


def test_store_traces_off_takes_the_segment_away_at_the_end(core: CoreUnderTest) -> None:
    program = "import os\n_sw_enter(1); _sw_exit(1); print(len(os.listdir(sys.argv[1])))\n"
    done = core.run("import sys\n" + program, str(core.traces), env={"TRACING_STORE_TRACES": "off"})
    assert (done.out, done.segments, done.err) == ("1\n", (), "")


def test_max_traces_memory_sets_by_how_much_the_file_grows(core: CoreUnderTest) -> None:
    program = "import os\nfor n in range(4000): _sw_enter(1, 'x' * 200); _sw_exit(1)\nos._exit(0)\n"
    small = core.run(program, env={"TRACING_MAX_TRACES_MEMORY": "64kB"}).segment.stat().st_size
    chunks = small // 65_536
    large = _fresh(core).run(program).segment.stat().st_size // 65_536
    assert chunks * 65_536 == small and large == 16 and 12 < chunks < 16


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("A=1\n\nTRACING_CAPTURE_PARAMS=maybe\n",
         "tracing.env:3: TRACING_CAPTURE_PARAMS=maybe: is not allowed; allowed: on or off (also true, yes, 1; "),
        ("TRACING_CAPTURE_PARAM=on\n", "tracing.env:1: TRACING_CAPTURE_PARAM: there is no such setting"),
        ("TRACING_ENV_FILE=x\n", "tracing.env:1: TRACING_ENV_FILE: counts in the environment only"),
        ("what is this\n", "tracing.env:1: is no statement; allowed: KEY=value"),
        ("TRACING_CAPTURE_HTTP=on\n", "tracing.env:1: TRACING_CAPTURE_HTTP: "),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_one_line_and_harms_nothing(core: CoreUnderTest, settings: str, said: str) -> None:
    done = run(core, settings)
    assert done.err.startswith(f"spanwright: {core.project}/{said}") and done.err.count("\n") == 1
    assert names(done) == names(run(_fresh(core)))


def test_several_mistakes_are_one_line(core: CoreUnderTest) -> None:
    done = run(core, "TRACING_X=1\nTRACING_Y=1\n", TRACING_ENABLED="perhaps")
    assert done.err.count("\n") == 1 and "(and 2 more; see: spans settings)" in done.err


def test_a_mistake_in_the_environment_names_it(core: CoreUnderTest) -> None:
    done = run(core, TRACING_MAX_CAPTURE_DEPTH="11")
    assert done.err == (
        "spanwright: the environment: TRACING_MAX_CAPTURE_DEPTH=11: is not allowed; allowed: a number from 1 to 10\n"
    )


def test_a_named_file_that_is_not_there_is_said(core: CoreUnderTest) -> None:
    done = run(core, TRACING_ENV_FILE="nowhere.env")
    assert done.err == "spanwright: nowhere.env: cannot be read, though TRACING_ENV_FILE names it\n"


@pytest.mark.parametrize(
    ("data", "lines"), [(b"\xff\xfe\x00", 0), (b"TRACING_ENABLED=\xff", 1), (b"\x00" * 5000, 0), (b"'" * 3000, 1)]
)
def test_a_file_that_is_no_text_harms_nothing(core: CoreUnderTest, data: bytes, lines: int) -> None:
    (core.project / "tracing.env").write_bytes(data)
    done = core.run(PROGRAM)
    assert done.out == SAID and done.err.count("\n") == lines and len(done.segments) == 1


def test_a_folder_of_that_name_harms_nothing(core: CoreUnderTest) -> None:
    (core.project / "tracing.env").mkdir()
    done = core.run(PROGRAM)
    assert (done.out, done.err, len(done.segments)) == (SAID, "", 1)


def _fresh(core: CoreUnderTest) -> CoreUnderTest:
    number = sum(1 for _ in core.project.glob("fresh-*"))
    traces = core.project / f"fresh-{number}"
    traces.mkdir()
    return CoreUnderTest(core.name, core.project, traces)


def _all_events(done: Run) -> list[str]:
    return _lines(done.segment)


def _lines(path: Path) -> list[str]:
    from segment_text import read_segment

    return [line for stream in read_segment(path).streams.values() for line in stream.lines]


VALUES = """
class Point:
    def __init__(self):
        self.x, self.y, self.z = 1, 2, 3
def f(text, items, deep, point):
    try:
        _sw_enter(1, text, items, deep, point)
        return _sw_ret(None)
    except: _sw_fail(1); raise
f("x" * 5000, list(range(100)), [[[[[[0]]]]]], Point())
"""


def captured(core: CoreUnderTest, **env: str) -> str:
    return next(line for line in events(_fresh(core).run(VALUES, env=env).segment) if line.startswith("ARGS"))


def test_max_capture_items_cuts_containers_and_objects(core: CoreUnderTest) -> None:
    line = captured(core, TRACING_MAX_CAPTURE_ITEMS="2")
    assert "[0, 1]~100" in line and "z" not in line.rpartition("Point")[2] and "y" in line.rpartition("Point")[2]
    assert "31]~100" in captured(core)


def test_max_capture_depth_cuts_what_is_nested(core: CoreUnderTest) -> None:
    assert "[[[[[[0]]]]]]" in captured(core, TRACING_MAX_CAPTURE_DEPTH="10")
    assert "[[[[[[0]]]]]]" not in captured(core) and "[[[[" in captured(core)
    assert "[[" not in captured(core, TRACING_MAX_CAPTURE_DEPTH="1")


def test_max_capture_size_cuts_texts(core: CoreUnderTest) -> None:
    assert "x" * 1024 in captured(core) and "x" * 1025 not in captured(core)
    assert "x" * 64 in captured(core, TRACING_MAX_CAPTURE_SIZE="64")
    assert "x" * 65 not in captured(core, TRACING_MAX_CAPTURE_SIZE="64")
    assert "x" * 5000 in captured(core, TRACING_MAX_CAPTURE_SIZE="8kB")
