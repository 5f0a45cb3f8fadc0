"""The filter by itself: git's protocol, and the command for one file that old versions of git use."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from git_helpers import ONE

from instrumenter import rewrite
from instrumenter.git.filter import serve
from instrumenter.git.packets import read_packets, read_words, write_content, write_words
from instrumenter.rewrite.dial import Dial


def twin() -> bytes:
    made = rewrite.instrument(ONE, Dial(2), "one.py")
    assert made is not None
    return made.source


def talk(folder: Path, *asked: tuple[bytes, bytes, bytes]) -> io.BytesIO:
    """Ask as git does; gives what is answered."""
    requests, answers = io.BytesIO(), io.BytesIO()
    write_words(requests, b"git-filter-client", b"version=2")
    write_words(requests, b"capability=clean", b"capability=smudge", b"capability=delay")
    for command, name, data in asked:
        write_words(requests, b"command=" + command, b"pathname=" + name)
        write_content(requests, data)
    requests.seek(0)
    serve(requests, answers, folder)
    answers.seek(0)
    assert read_words(answers) == [b"git-filter-server", b"version=2"]
    assert read_words(answers) == [b"capability=clean", b"capability=smudge"]
    return answers


def test_clean_gives_originals_and_smudge_what_it_was_given(tmp_path: Path) -> None:
    large = b"#" * 200_000
    asked = [
        (b"clean", b"a\nb.py", twin()),
        (b"smudge", b"one.py", twin()),
        (b"clean", b"x.py", large),
        (b"clean", b"y.py", b""),
    ]
    answers = talk(tmp_path, *asked)
    for expected in (ONE, twin(), large, b""):
        assert read_words(answers) == [b"status=success"]
        assert b"".join(read_packets(answers)) == expected
        assert read_words(answers) == []
    assert answers.read() == b""


def test_what_cannot_be_cleaned_is_an_error_and_the_next_file_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = twin().replace(b"_sw_enter(", b"_sw_enter((", 1)
    answers = talk(tmp_path, (b"clean", b"one.py", broken), (b"clean", b"two.py", twin()))
    assert read_words(answers) == [b"status=error"]
    assert read_words(answers) == [b"status=success"]
    said = capsys.readouterr().err
    assert said.startswith("one.py:") and "two.py" not in said


def test_the_command_for_one_file(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "instrumenter.git", "clean", "one.py"]
    done = subprocess.run(command, input=twin(), capture_output=True, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, ONE, b"")
    broken = twin().replace(b"_sw_enter(", b"_sw_enter((", 1)
    done = subprocess.run(command, input=broken, capture_output=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"") and done.stderr.startswith(b"one.py:")


def test_cleaning_needs_no_libcst() -> None:
    code = "import sys, instrumenter.git.filter; sys.exit('libcst' in sys.modules or 'click' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
