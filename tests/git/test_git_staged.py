"""Staged changes: `instrument` warns of them, `--check --staged` and the hook stop a twin from being committed."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_helpers import ONE, THREE, Tree

ROOT = Path(__file__).parents[2]


def test_instrument_warns_once_of_staged_changes(tree: Tree) -> None:
    for number in range(5):
        tree.write(f"src/more{number}.py", THREE)
    tree.git("add", ".")
    done = tree.instrument("src")
    assert done.code == 0
    assert done.err.count("with staged changes") == 1
    assert "src/more0.py, src/more1.py, src/more2.py and 2 more" in done.err and "--git-filter" in done.err
    assert "src/one.py" not in done.err
    assert tree.staged("src/more0.py") == THREE


def test_instrument_does_not_warn_where_nothing_is_in_danger(tree: Tree) -> None:
    tree.write("notes.txt", b"newer\n")
    tree.git("add", ".")
    assert "staged" not in tree.instrument("src").err
    tree.write("src/three.py", THREE)
    tree.git("add", "src/three.py")
    assert "staged" not in tree.instrument("src", "--dry-run").err
    assert tree.instrument("--git-filter").code == 0
    assert "staged" not in tree.instrument("src").err


def test_check_staged_looks_at_the_index_only(tree: Tree) -> None:
    assert tree.instrument("src").code == 0
    assert tree.instrument("--check", "--staged").code == 0
    tree.git("add", "src/one.py")
    done = tree.instrument("--check", "--staged")
    assert done.code == 1
    assert done.out == "src/one.py: staged while instrumented\n"
    assert "uninstrument --restore" in done.err and "--git-filter" in done.err
    assert tree.uninstrument("--restore").code == 0
    assert tree.instrument("--check", "--staged").code == 1
    tree.git("add", "src/one.py")
    assert tree.instrument("--check", "--staged").code == 0


def test_check_staged_in_json(tree: Tree) -> None:
    assert tree.instrument("src").code == 0
    tree.git("add", ".")
    expected = {"command": "instrument --check --staged", "exitCode": 1, "instrumented": ["src/one.py", "src/two.py"]}
    assert tree.instrument("--check", "--staged", "--json").json == expected


def test_check_staged_of_paths(tree: Tree) -> None:
    assert tree.instrument("src/one.py").code == 0
    tree.git("add", ".")
    assert tree.instrument("--check", "--staged", "src/two.py", "notes.txt").code == 0
    assert tree.instrument("--check", "--staged", "src").code == 1
    assert tree.instrument("--check", "--staged", "one.py", folder="src").out == "one.py: staged while instrumented\n"
    assert tree.instrument("--check", "--staged", ".", "--exclude", "one.py").code == 0
    tree.git("commit", "-qm", "twin")
    assert tree.instrument("--check", "--staged").code == 0
    assert tree.instrument("--check", "--staged", "src").code == 1


def test_check_staged_of_what_is_not_there(tree: Tree) -> None:
    done = tree.instrument("--check", "--staged", "src/none.py")
    assert done.code == 2 and "[no-such-path]" in done.err
    tree.write("src/new.py", THREE)
    (tree.top / "src/one.py").unlink()
    assert tree.instrument("--check", "--staged", "src/new.py", "src/one.py").code == 0
    done = tree.instrument("--check", "--staged", "src/one.py::double")
    assert done.code == 2 and "[whole-files]" in done.err


def test_check_staged_before_the_first_commit(tree: Tree, tmp_path: Path) -> None:
    new = tree.other(tmp_path / "new")
    new.top.mkdir()
    new.git("init", "-q")
    assert new.instrument("--check", "--staged").code == 0
    new.write("one.py", ONE)
    assert new.instrument("one.py").code == 0
    new.git("add", "one.py")
    assert new.instrument("--check", "--staged").code == 1


def test_check_staged_knows_scripts_and_odd_names(tree: Tree) -> None:
    names = ["tool", "a b.py", "line\nbreak.py", "ünï.py", '"quoted".py']
    for name in names:
        tree.write(name, b"#!/usr/bin/env python3\n" + THREE)
    assert tree.instrument(*names).code == 0
    (tree.top / "link.py").symlink_to("src/one.py")
    (tree.top / "README.md").write_bytes(tree.read("tool").partition(b"\n")[2])
    tree.git("add", ".")
    done = tree.instrument("--check", "--staged", "--json")
    assert sorted(done.json["instrumented"]) == sorted(names)


@pytest.mark.parametrize("command", ["commit -qm twin", "commit -qam twin", "commit -q -m twin src/one.py"])
def test_a_plain_hook_stops_a_twin(tree: Tree, command: str) -> None:
    hook = tree.write(".git/hooks/pre-commit", b"#!/bin/sh\nexec instrument --check --staged\n")
    hook.chmod(0o755)
    assert tree.instrument("src").code == 0
    tree.git("add", "src/one.py")
    done = tree.run("git", *command.split())
    assert done.code != 0 and "src/one.py: staged while instrumented" in done.err
    assert tree.committed("src/one.py") == ONE
    assert tree.uninstrument("--restore").code == 0
    tree.write("src/one.py", ONE + b"# more\n")
    tree.git("add", ".")
    tree.git(*command.split())
    assert tree.committed("src/one.py") == ONE + b"# more\n"


def test_the_hook_for_pre_commit_is_this_check() -> None:
    assert "entry: instrument --check --staged\n" in (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    assert "instrument --check --staged" in (ROOT / "docs/git.md").read_text("utf-8")
