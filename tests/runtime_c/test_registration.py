"""What a twin's header does when all is not as it should be; nothing of it may stop the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from core_under_test import HEADER, CoreUnderTest, twin
from spanwright import __version__

RUNTIME = Path(__file__).parent.parent.parent / "runtime"
F = """
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret(a)
    except: _sw_fail(0); raise
def items(n):
    _sw_s = _sw_gen(1, n)
    try:
        with _sw_s:
            got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, n)))
            _sw_resume(_sw_s, (yield from _sw_from(_sw_s, [1, 2])))
        return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
assert f(3) == 3 and list(items(0)) == [0, 1, 2]
"""


def python(path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a file as a program."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SPANWRIGHT_")}
    return subprocess.run([sys.executable, str(path)], env={**clean, **env}, capture_output=True, text=True, timeout=60)


def test_file_without_a_project_runs_unrecorded(core: CoreUnderTest, tmp_path: Path) -> None:
    (tmp_path / ".spanwright").rmdir()
    path = tmp_path / "lost.py"
    path.write_text(twin(F))
    done = python(path, SPANWRIGHT_CORE=core.name)
    assert done.returncode == 0
    assert done.stderr == (
        f"spanwright: {path} is instrumented, but no folder above it has .spanwright/, so it is not recorded; "
        "run it where it was instrumented, or take the original back there: uninstrument --restore\n"
    )


def test_file_of_another_abi_runs_unrecorded(core: CoreUnderTest) -> None:
    source = twin(F).replace(', 2, 100, "', ', 3, 100, "') + "async def g():\n    async with _sw_co(1) as s: return 5\n"
    source += "try: g().send(None)\nexcept StopIteration as stop: assert stop.value == 5\n"
    done = core.run_file(core.write("later.py", source))
    assert done.segments == ()
    assert "was instrumented for ABI 3, this runtime knows ABI 2: such files are not recorded" in done.err
    assert done.err.count("\n") == 1


def test_header_that_is_damaged_does_not_stop_the_program(core: CoreUnderTest) -> None:
    done = core.run_file(core.write("bad.py", twin(F).replace(", 2, 100,", ", 2, 'many',")))
    assert done.segments == ()
    assert done.err == "spanwright: twin.py@00112233aabbccdd is not recorded: ValueError\n"


def test_project_is_found_above_and_behind_links(core: CoreUnderTest, tmp_path: Path) -> None:
    (tmp_path / ".spanwright").rmdir()
    (tmp_path / "project" / ".spanwright").mkdir(parents=True)
    (tmp_path / "project" / "src" / "pkg").mkdir(parents=True)
    (tmp_path / "project" / "src" / "pkg" / "program.py").write_text(twin(F))
    (tmp_path / "elsewhere").symlink_to("project/src")
    done = python(tmp_path / "elsewhere" / "pkg" / "program.py", SPANWRIGHT_CORE=core.name)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / "project" / ".spanwright" / "traces").glob("*.seg"))) == 1


def test_c_core_that_is_demanded_but_absent_is_an_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules['spanwright._core'] = None; {HEADER}"],
        env={**os.environ, "SPANWRIGHT_CORE": "c"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ImportError: SPANWRIGHT_CORE=c, but the C core cannot be loaded: " in done.stderr


@pytest.mark.parametrize("quiet", ["", "1"])
def test_missing_c_core_is_told_in_one_line(quiet: str) -> None:
    program = "import sys; sys.modules['spanwright._core'] = None; import spanwright; print(spanwright.core_name)"
    env = {name: value for name, value in os.environ.items() if not name.startswith("SPANWRIGHT_")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**env, "SPANWRIGHT_QUIET": quiet},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "python\n"
    told = done.stderr.splitlines()
    assert ["the slower Python core records" in line for line in told] == ([] if quiet else [True])


def test_package_refuses_another_name() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import src.spanwright"], cwd=RUNTIME, capture_output=True, text=True, timeout=60
    )
    assert "must be imported as `spanwright`, not as `src.spanwright`" in done.stderr


def test_version_is_that_of_the_distribution() -> None:
    assert f'version = "{__version__}"' in (RUNTIME / "pyproject.toml").read_text()


def test_import_takes_few_modules() -> None:
    """Twins of standard library modules import the runtime early; what it imports must not be among them."""
    program = "import sys; before = set(sys.modules); import spanwright; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "SPANWRIGHT_CORE": "c"}, capture_output=True, text=True
    )
    assert all(name.partition(".")[0] == "spanwright" for name in done.stdout.split())


def test_mocked_modules_do_not_reach_the_runtime(core: CoreUnderTest) -> None:
    done = core.run_file(
        core.write(
            "mocks.py",
            "import builtins, os, sys, time\nkept = os.environ, builtins.open\n"
            "os.environ = os.open = os.write = os.getpid = time.monotonic_ns = sys.stderr = builtins.open = None\n"
            + twin(F)
            + "os.environ, builtins.open = kept\n",
        )
    )
    assert len(done.segments) == 1
