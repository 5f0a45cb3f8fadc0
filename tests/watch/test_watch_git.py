"""The watcher in a repository whose git sees originals through the filter: what it writes is no difference to git."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from git_helpers import ONE, TWO, Tree
from watching import Watched, in_place, until, vim, vscode

from instrumenter.git import index

MORE = ONE + b"\n\ndef more():\n    return triple(2)\n"
NEW = b"def new():\n    return 0\n"


@pytest.fixture
def watched_tree(tree: Tree) -> Tree:
    """Plain files, the filter, and a second branch that has others."""
    assert tree.instrument("--git-filter").code == 0
    tree.git("switch", "-qc", "other")
    tree.write("src/one.py", MORE)
    tree.write("src/new.py", NEW)
    tree.git("add", ".")
    tree.git("commit", "-qm", "other")
    tree.git("switch", "-q", "main")
    return tree


def shows(tree: Tree, watched: Watched, status: str) -> None:
    """Wait until this is all that git shows, and nothing is left to do that would change it."""
    until(lambda: tree.status() == status, lambda: (tree.status(), watched.lines))
    assert not watched.has_said("[git-failed]"), watched.lines


def test_git_sees_no_difference_when_a_watcher_begins_and_ends(watched_tree: Tree) -> None:
    with Watched(watched_tree.top) as watched:
        assert watched_tree.is_twin("src/one.py")
        shows(watched_tree, watched, "")
    assert watched_tree.read("src/one.py") == ONE
    assert watched_tree.status() == ""


@pytest.mark.parametrize("saver", [in_place, vim, vscode])
def test_save_is_all_that_git_shows_and_commits(watched_tree: Tree, saver: Callable[[Path, bytes], None]) -> None:
    path = watched_tree.top / "src/one.py"
    with Watched(watched_tree.top) as watched:
        saver(path, MORE)
        watched.makes(path, MORE)
        shows(watched_tree, watched, " M src/one.py\n")
        watched_tree.git("commit", "-qam", "saved")
        assert watched_tree.committed("src/one.py") == MORE
        shows(watched_tree, watched, "")
        saver(path, ONE)
        watched.makes(path, ONE)
        watched_tree.git("commit", "-qam", "back")
        in_place(path, ONE)  # a save that changes nothing
        watched.makes(path, ONE)
        shows(watched_tree, watched, "")


def test_change_of_branches_shows_no_difference(watched_tree: Tree) -> None:
    src = watched_tree.top / "src"
    with Watched(watched_tree.top) as watched:
        for _ in range(2):
            watched_tree.git("switch", "-q", "other")
            watched.makes(src / "one.py", MORE)
            watched.makes(src / "new.py", NEW)
            shows(watched_tree, watched, "")
            watched_tree.git("switch", "-q", "main")
            watched.makes(src / "one.py", ONE)
            until(lambda: not (src / "new.py").exists())
            shows(watched_tree, watched, "")
        watched.makes(src / "two.py", TWO)


def test_renamed_file_is_a_rename_of_the_original(watched_tree: Tree) -> None:
    src = watched_tree.top / "src"
    with Watched(watched_tree.top) as watched:
        watched_tree.git("mv", "src/one.py", "src/three.py")
        watched.makes(src / "three.py", ONE)
        shows(watched_tree, watched, "R  src/one.py -> src/three.py\n")
        watched_tree.git("commit", "-qm", "renamed")
        in_place(src / "three.py", MORE)
        watched.makes(src / "three.py", MORE)
        shows(watched_tree, watched, " M src/three.py\n")


def test_index_that_another_command_holds_is_seen_to_later(watched_tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit -a` holds it for as long as its editor is open."""
    monkeypatch.setattr(index, "_PATIENCE", 0.05)
    lock = watched_tree.top / ".git/index.lock"
    lock.touch()
    with Watched(watched_tree.top) as watched:
        watched.says("another git command is at work")
        lock.unlink()
        until(lambda: watched_tree.status() == "", lambda: (watched_tree.status(), watched.lines))
        assert watched_tree.is_twin("src/one.py")
