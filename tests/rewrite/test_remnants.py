"""Twins that formatters have been at, and pieces of twins: known as such, and their originals got out of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from instrumenter.errors import RewriteError
from instrumenter.rewrite import has_probes, instrument, read_header, strip, take_out

CASES = sorted((Path(__file__).parents[1] / "cases").iterdir())
SOURCE = b"def f(x):\n    return x + 1\n"


def twin_of(source: bytes, level: int = 2) -> bytes:
    twin = instrument(source, level, "input.py")
    assert twin is not None
    return twin.source


def run(command: list[str], text: bytes) -> bytes:
    return subprocess.run([sys.executable, "-m", *command], input=text, capture_output=True, check=True).stdout


def meaning(source: bytes) -> str:
    return ast.dump(ast.parse(source))


@pytest.mark.parametrize("command", [["black", "-q", "-"], ["ruff", "format", "-q", "-"]], ids=["black", "ruff"])
@pytest.mark.parametrize("name", ["assignments", "awaits", "calls", "generators", "handlers", "headers", "matching"])
def test_reformatted_twin_gives_what_the_reformatted_original_means(name: str, command: list[str]) -> None:
    source = (CASES[0].parent / name / "input.py").read_bytes()
    twin = run(command, twin_of(source, 5))
    assert read_header(twin) is not None and has_probes(twin)
    assert meaning(take_out(twin)) == meaning(run(command, source))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_twin_that_nobody_touched_gives_its_original(case: Path) -> None:
    source = (case / "input.py").read_bytes()
    twin = instrument(source, 5, "input.py")
    if twin is not None:
        assert take_out(twin.source) == source


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_original_is_not_taken_for_a_twin(case: Path) -> None:
    assert not has_probes((case / "input.py").read_bytes())


@pytest.mark.parametrize("end", [b"\n", b""])
def test_twin_without_its_header_gives_its_original(end: bytes) -> None:
    source = b"# first\n" + SOURCE.rstrip(b"\n") + end
    twin = twin_of(source)
    headless = b"".join(line for line in twin.splitlines(keepends=True) if not line.startswith(b"from spanwright"))
    assert read_header(headless) is None and has_probes(headless)
    assert take_out(headless) == source


def test_header_that_stands_there_twice_is_taken_out_twice() -> None:
    assert take_out(twin_of(SOURCE) + twin_of(SOURCE)) == SOURCE + SOURCE


def test_probes_in_strings_and_comments_are_text() -> None:
    text = b'text = """\n' + twin_of(SOURCE) + b'"""\n# _sw_enter(0)\n'
    assert not has_probes(text.replace(b"from spanwright", b" from spanwright"))


def test_newline_within_our_parentheses_only_keeps_them() -> None:
    twin = twin_of(SOURCE).replace(b"_sw_ret(x + 1)", b"_sw_ret(\n            x\n            + 1\n        )")
    assert meaning(take_out(twin)) == meaning(SOURCE)


def test_line_that_would_be_cut_off_is_not() -> None:
    """Without the parentheses the second line would be a statement of its own: no error, another meaning."""
    twin = twin_of(SOURCE).replace(b"_sw_ret(x + 1)", b"_sw_ret(x\n        + 1)")
    assert strip(twin) != SOURCE
    assert meaning(take_out(twin)) == meaning(SOURCE)


def test_comment_among_our_lines_is_not_thrown_away() -> None:
    twin = run(["black", "-q", "-"], twin_of(SOURCE)).replace(b"        raise\n", b"        raise  # mine\n")
    with pytest.raises(RewriteError) as caught:
        take_out(twin)
    assert caught.value.slug == "cannot-strip" and caught.value.line


def test_what_python_would_not_take_any_more_is_refused() -> None:
    twin = twin_of(SOURCE).replace(b"        return _sw_ret(x + 1)\n", b"")
    with pytest.raises(RewriteError, match="would not compile"):
        take_out(twin)


def test_conflict_is_named_with_its_line() -> None:
    with pytest.raises(RewriteError) as caught:
        take_out(b"<<<<<<< HEAD\n" + twin_of(SOURCE) + b"=======\n" + SOURCE + b">>>>>>> other\n")
    assert (caught.value.slug, caught.value.line) == ("merge-conflict", 1)
