"""The facts of a segment's header: who the process is."""

from __future__ import annotations

import os
import sys

import pytest
from spanwright import __version__, _facts


def records(data: bytes) -> list[tuple[int, str]]:
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 3], "little")
        found.append((data[at], data[at + 3 : at + 3 + size].decode("utf-8", "surrogateescape")))
        at += 3 + size
    return found


def test_facts_name_runtime_interpreter_folder_and_root() -> None:
    found = dict(records(_facts.facts("/project")))
    assert found[1] == __version__
    assert found[2] == f"CPython {sys.version.split()[0]}"
    assert (found[3], found[5], found[6]) == (sys.executable, os.getcwd(), "/project")  # noqa: PTH109


def test_facts_without_a_project_name_none() -> None:
    assert 6 not in dict(records(_facts.facts(None)))


def test_parent_comes_first_among_the_ancestors() -> None:
    ancestors = [text for key, text in records(_facts.facts(None)) if key == 8]
    assert ancestors[0].startswith(f"{os.getppid()}:")
    assert len(ancestors) <= 16


def test_command_line_is_cut_where_it_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["python", "ü" * 3_000, *["word"] * 2_000])
    data = _facts.facts("/project")
    words = [text for key, text in records(data) if key == 4]
    assert words[:3] == ["python", "ü" * 512, "word"]
    assert len(data) <= _facts.ROOM < len(data) + 3 + len("word")


def test_words_that_are_no_text_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "orig_argv", ["python", "\udcff"])
    assert [text for key, text in records(_facts.facts(None)) if key == 4] == ["python", "\udcff"]
