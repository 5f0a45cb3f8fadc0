"""What the settings say to the watcher."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from test_command import says, watching
from watching import DEADLINE, ONE, TWO, Watched, in_place, is_twin_of, make_project

NEW = b"def new():\n    return 3\n"


def test_edited_file_stays_as_it_was_saved_where_that_is_wanted(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, reinstruments=False) as watched:
        in_place(src / "two.py", TWO + b"# more\n")
        in_place(src / "new.py", NEW)
        watched.makes(src / "new.py", NEW)
        watched.settles()
        assert (src / "two.py").read_bytes() == TWO + b"# more\n" and is_twin_of(src / "one.py", ONE)
    assert {path.name: path.read_bytes() for path in (src / "one.py", src / "two.py")} == {
        "one.py": ONE,
        "two.py": TWO + b"# more\n",
    }


@pytest.mark.parametrize("setting", ["TRACING_EXCLUDE_FILES=new*", "TRACING_EXCLUDE_FILES='one.py,src/new.py'"])
def test_excluded_file_is_left_alone_when_it_comes(tmp_path: Path, setting: str) -> None:
    src = make_project(tmp_path)
    (tmp_path / "tracing.env").write_text(setting)
    with Watched(tmp_path) as watched:
        in_place(src / "new.py", NEW)
        watched.settles()
        assert (src / "new.py").read_bytes() == NEW


def test_auto_instrument_off_follows_only_what_was_instrumented(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path, targets=("src/one.py",)) as watched:
        assert is_twin_of(src / "one.py", ONE) and (src / "two.py").read_bytes() == TWO
        watched.watcher.end()
    (tmp_path / "tracing.env").write_text("TRACING_AUTO_INSTRUMENT=off")
    with Watched(tmp_path, targets=("src", "src/one.py")) as watched:
        in_place(src / "two.py", TWO + b"# more\n")
        in_place(src / "one.py", ONE + b"# more\n")
        watched.makes(src / "one.py", ONE + b"# more\n")
        assert (src / "two.py").read_bytes() == TWO + b"# more\n"


def test_watch_new_files_is_read_from_tracing_env(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    (tmp_path / "tracing.env").write_text("TRACING_WATCH_NEW_FILES=off")
    with watching(tmp_path) as process:
        in_place(src / "new.py", NEW)
        in_place(src / "two.py", ONE)
        says(process, "two.py")
        assert (src / "new.py").read_bytes() == NEW
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0


def test_auto_reinstrument_is_read_from_tracing_env(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    (tmp_path / "tracing.env").write_text("TRACING_AUTO_REINSTRUMENT=off")
    with watching(tmp_path) as process:
        in_place(src / "two.py", ONE)
        in_place(src / "new.py", NEW)
        says(process, "new.py")
        assert (src / "two.py").read_bytes() == ONE
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
