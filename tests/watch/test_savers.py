"""However a file is saved, it is a twin of what was saved; one save is one write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from watching import ONE, SAVERS, TWO, Watched, make_project, until

from instrumenter import rewrite

Saver = Callable[[Path, bytes], None]


@pytest.mark.parametrize("saver", SAVERS, ids=lambda saver: saver.__name__)
def test_saved_file_becomes_a_twin(saver: Saver, tmp_path: Path) -> None:
    """The original from an editor's buffer, then an edit of the twin that is on the disk."""
    one = make_project(tmp_path) / "one.py"
    with Watched(tmp_path) as watched:
        watched.makes(one, ONE)
        source = ONE + b"\n\ndef three():\n    return 3\n"
        saver(one, source)
        watched.makes(one, source)
        twin = one.read_bytes()
        saver(one, twin.replace(b"2 * x", b"4 * x"))
        edited = source.replace(b"2 * x", b"4 * x")
        watched.makes(one, edited)
        watched.settles()
        writes = [line for line in watched.lines if line.startswith("src/one.py: instrumented")]
        assert len(writes) == 3, watched.lines
    assert watched.code == 0
    assert one.read_bytes() == edited
    assert (tmp_path / "src/two.py").read_bytes() == TWO


def test_twin_that_is_saved_as_it_is_stays(tmp_path: Path) -> None:
    one = make_project(tmp_path) / "one.py"
    with Watched(tmp_path) as watched:
        twin = one.read_bytes()
        for saver in SAVERS:
            saver(one, twin)
        watched.settles()
        assert one.read_bytes() == twin
        assert sum(line.startswith("src/one.py") for line in watched.lines) <= 1 + len(SAVERS)
        assert not watched.has_said("[")


def test_its_own_writes_do_not_wake_it(tmp_path: Path) -> None:
    src = make_project(tmp_path)
    with Watched(tmp_path) as watched:
        watched.settles()
        stamps = {path: path.stat().st_mtime_ns for path in (src / "one.py", src / "two.py")}
        watched.settles()
        assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
        assert [sum(line.startswith(f"src/{path.name}") for line in watched.lines) for path in stamps] == [1, 1]


def test_original_that_is_saved_back_becomes_a_twin_again(tmp_path: Path) -> None:
    one = make_project(tmp_path) / "one.py"
    with Watched(tmp_path) as watched:
        one.write_bytes(ONE)
        watched.makes(one, ONE)
    assert one.read_bytes() == ONE


@pytest.mark.parametrize("poll", [None, 0.05], ids=["events", "polling"])
def test_half_written_file_is_taken_up_when_it_parses(poll: float | None, tmp_path: Path) -> None:
    one = make_project(tmp_path) / "one.py"
    with Watched(tmp_path, poll=poll) as watched:
        half = ONE + b"\n\ndef half(\n"
        one.write_bytes(half)
        watched.says("does-not-parse")
        assert one.read_bytes() == half
        watched.settles()
        assert sum("does-not-parse" in line for line in watched.lines) == 1
        one.write_bytes(half + b"    ):\n    return 1\n")
        watched.makes(one, half + b"    ):\n    return 1\n")


def test_file_with_nothing_to_record_is_left_until_it_has(tmp_path: Path) -> None:
    one = make_project(tmp_path) / "one.py"
    with Watched(tmp_path) as watched:
        one.write_bytes(b"X = 1\n")
        watched.settles()
        assert one.read_bytes() == b"X = 1\n"
        one.write_bytes(ONE)
        watched.makes(one, ONE)


def test_level_of_the_command_line_is_that_of_each_save(tmp_path: Path) -> None:
    one = make_project(tmp_path) / "one.py"
    with Watched(tmp_path, level=4) as watched:
        one.write_bytes(ONE + b"# more\n")
        watched.makes(one, ONE + b"# more\n")
        header = rewrite.read_header(one.read_bytes())
        assert header is not None and header.level == 4
        until(lambda: watched.has_said("at level 4"))
