"""The command itself: signals, a second one, other commands beside it, what it refuses."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watching import DEADLINE, ONE, TWO, Watched, in_place, is_twin_of, make_project, until

from instrumenter.vault import Vault
from instrumenter.watch.loop import OnExit

ENDING = [int(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]


def command(root: Path, name: str, *words: str) -> subprocess.Popen[str]:
    """Start it as a terminal does: no signal is ignored, as it is in a shell's background jobs."""
    start = f"import sys; sys.argv[0] = {name!r}; from instrumenter.cli.{name} import main; sys.exit(main())"
    start = f"import signal; [signal.signal(n, signal.SIG_DFL) for n in {ENDING}]; {start}"
    argv = [sys.executable, "-P", "-c", start, *words]
    return subprocess.Popen(argv, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def says(process: subprocess.Popen[str], words: str) -> str:
    """Read the lines of a process up to one with these words; gives it."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"it ended without saying {words!r}")


@contextmanager
def watching(root: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = command(root, "instrument", "src", "--watch", *words)
    try:
        says(process, "Ctrl-C")
        yield process
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE)


def run(root: Path, name: str, *words: str) -> tuple[int, str]:
    process = command(root, name, *words)
    said, _ = process.communicate(timeout=DEADLINE)
    return process.returncode, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_gives_the_originals_back(number: signal.Signals, tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with watching(tmp_path) as process:
        in_place(src / "two.py", ONE)
        until(lambda: is_twin_of(src / "two.py", ONE))
        process.send_signal(number)
        assert "restored 2 files" in says(process, "restored")
        assert process.wait(DEADLINE) == 0
    assert (src / "one.py").read_bytes() == (src / "two.py").read_bytes() == ONE


def test_twins_stay_where_that_is_wanted(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with watching(tmp_path, "--on-exit", "keep") as process:
        process.terminate()
        assert process.wait(DEADLINE) == 0
    assert is_twin_of(src / "one.py", ONE)


def test_signals_while_it_restores_change_nothing(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    for number in range(60):
        (src / f"m{number}.py").write_bytes(ONE)
    with watching(tmp_path) as process:
        process.terminate()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) * 20:
            if process.poll() is None:
                process.send_signal(number)
        says(process, "restored 62 files")
        process.wait(DEADLINE)
    assert {path.read_bytes() for path in src.glob("m*.py")} == {ONE}
    assert (src / "two.py").read_bytes() == TWO


def test_second_watcher_is_refused_by_name_until_the_first_is_dead(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with watching(tmp_path) as process:
        code, said = run(tmp_path, "instrument", "src/one.py", "--watch")
        assert code == 4
        assert f"is watched already by `instrument src --watch` (process {process.pid})" in said
        assert "[watched-already]" in said
        process.kill()
        process.wait(DEADLINE)
        assert is_twin_of(src / "one.py", ONE)
    with watching(tmp_path) as process:
        process.terminate()
        assert process.wait(DEADLINE) == 0
    assert (src / "one.py").read_bytes() == ONE


def test_other_commands_work_beside_it_and_have_their_way(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, level=2) as watched:
        assert "instrumented" in run(tmp_path, "instrument", "--status")[1]
        assert run(tmp_path, "uninstrument", "src/one.py", "--restore")[0] == 0
        watched.says("src/one.py: restored by another command")
        assert run(tmp_path, "instrument", "src/two.py", "--level", "4")[0] == 0
        watched.settles()
        assert (src / "one.py").read_bytes() == ONE
        levels = {name: entry.level for name, entry in Vault.seen(tmp_path).entries.items()}
        assert levels == {"src/two.py": 4, "src/last_of_all.py": 2}
        in_place(src / "one.py", ONE + b"# more\n")
        in_place(src / "two.py", TWO + b"# more\n")
        watched.makes(src / "one.py", ONE + b"# more\n")
        watched.makes(src / "two.py", TWO + b"# more\n")
        levels = {name: entry.level for name, entry in Vault.seen(tmp_path).entries.items()}
        assert levels == {"src/one.py": 2, "src/two.py": 4, "src/last_of_all.py": 2}


def test_vault_that_is_busy_is_told_once_and_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path) as watched:
        monkeypatch.setattr("instrumenter.vault._vault._PATIENCE", 0.0)
        lock = os.open(tmp_path / ".spanwright/lock", os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        in_place(src / "one.py", TWO)
        watched.says("tried again until it works [vault-busy]")
        in_place(src / "two.py", ONE)
        os.close(lock)
        watched.makes(src / "one.py", TWO)
        watched.makes(src / "two.py", ONE)
    assert sum("vault-busy" in line for line in watched.lines) == 1


def test_what_cannot_be_restored_is_named(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, on_exit=OnExit.KEEP) as watched:
        in_place(src / "one.py", ONE + b"def half(\n")
        watched.says("does-not-parse")
    assert watched.code == 0
    assert (src / "one.py").read_bytes() == ONE + b"def half(\n"


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (("--level", "0"), "watch-level-zero"),
        (("--dry-run",), "watch-and-look"),
        (("--json",), "watch-and-look"),
        (("--diff",), "watch-and-look"),
        (("nowhere",), "no-such-path"),
    ],
)
def test_watch_refuses_what_has_no_sense_with_it(words: tuple[str, ...], slug: str, tmp_path: Path) -> None:
    src = make_project(tmp_path)
    code, said = run(tmp_path, "instrument", "src", "--watch", *words)
    assert code == 2 and f"[{slug}]" in said
    assert (src / "one.py").read_bytes() == ONE
    assert not (tmp_path / ".spanwright").exists()


def test_project_in_which_nothing_was_instrumented_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "pyproject.toml").write_bytes(b"")
    (tmp_path / "src/data.py").write_bytes(b"X = 1\n")
    with watching(tmp_path) as process:
        process.terminate()
        assert process.wait(DEADLINE) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml", "src"]


@pytest.mark.parametrize("name", ["TRACING_WATCH_NEW_FILES", "TRACING_AUTO_REINSTRUMENT"])
def test_setting_that_is_neither_on_nor_off_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "tracing.env").write_text(f"{name}=maybe\n")
    make_project(tmp_path)
    code, said = run(tmp_path, "instrument", "src", "--watch")
    assert code == 2 and f"tracing.env:1: {name}=maybe: is not allowed; allowed: on or off" in said
