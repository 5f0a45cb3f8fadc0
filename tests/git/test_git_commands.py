"""What git's commands do with twins in the work tree and the filter at work: the table in `docs/git.md`."""

from __future__ import annotations

import pytest
from git_helpers import ONE, THREE, TWO, Tree

NEWER = ONE.replace(b"3 * x", b"x + x + x")


@pytest.fixture
def branched(tree: Tree) -> Tree:
    """On `main`; the branch `other` has another `src/one.py`, and `src/three.py`. Twins, and the filter."""
    tree.git("checkout", "-qb", "other")
    tree.write("src/one.py", NEWER)
    tree.write("src/three.py", THREE)
    tree.git("add", ".")
    tree.git("commit", "-qm", "other")
    tree.git("checkout", "-q", "main")
    assert tree.instrument("src").code == 0
    assert tree.instrument("--git-filter").code == 0
    return tree


def edit(tree: Tree, before: bytes = b"2 * x", after: bytes = b"x + x") -> bytes:
    """Edit the twin of `src/one.py`; gives the twin's bytes."""
    twin = tree.read("src/one.py")
    assert before in twin
    tree.write("src/one.py", twin.replace(before, after))
    return tree.read("src/one.py")


def plain(tree: Tree, name: str = "src/one.py") -> bytes:
    """Give the file as it is after `uninstrument --restore`."""
    assert tree.uninstrument("--restore").code == 0
    assert tree.status() == ""
    return tree.read(name)


def test_switch_replaces_what_differs_and_leaves_other_twins(branched: Tree) -> None:
    branched.git("switch", "-q", "other")
    assert branched.read("src/one.py") == NEWER and branched.read("src/three.py") == THREE
    assert branched.is_twin("src/two.py")
    assert branched.status() == ""
    assert branched.instrument("src").code == 0
    assert all(map(branched.is_twin, ("src/one.py", "src/two.py", "src/three.py")))
    assert branched.status() == ""
    branched.git("switch", "-q", "main")
    assert branched.read("src/one.py") == ONE and branched.status() == ""


def test_switch_refuses_to_overwrite_an_edited_twin(branched: Tree) -> None:
    edited = edit(branched)
    done = branched.run("git", "switch", "-q", "other")
    assert done.code != 0 and "src/one.py" in done.err
    assert branched.read("src/one.py") == edited


def test_switch_carries_an_edited_twin_along_where_the_file_is_the_same(branched: Tree) -> None:
    branched.git("branch", "same")
    edited = edit(branched)
    branched.git("switch", "-q", "same")
    assert branched.read("src/one.py") == edited
    assert branched.status() == " M src/one.py\n"


def test_stash_and_pop_keep_the_edit_in_the_original(branched: Tree) -> None:
    edit(branched)
    branched.git("stash")
    assert branched.read("src/one.py") == ONE and branched.is_twin("src/two.py")
    assert branched.status() == ""
    branched.git("stash", "pop")
    assert branched.read("src/one.py") == ONE.replace(b"2 * x", b"x + x")
    assert branched.status() == " M src/one.py\n"


def test_stash_without_edits_has_nothing_to_do(branched: Tree) -> None:
    assert "No local changes" in branched.git("stash")
    assert branched.is_twin("src/one.py")


@pytest.mark.parametrize(
    "command", [("checkout", "--"), ("restore",), ("checkout", "HEAD", "--"), ("checkout", "-f", "--")]
)
def test_checkout_of_a_file_leaves_a_twin_and_undoes_an_edit(branched: Tree, command: tuple[str, ...]) -> None:
    branched.git(*command, "src/one.py")
    assert branched.is_twin("src/one.py")
    edit(branched)
    branched.git(*command, "src/one.py")
    assert branched.read("src/one.py") == ONE
    assert branched.status() == ""


def test_reset_hard_leaves_twins_and_undoes_edits(branched: Tree) -> None:
    edit(branched)
    branched.git("reset", "-q", "--hard")
    assert branched.read("src/one.py") == ONE and branched.is_twin("src/two.py")
    assert branched.status() == ""


@pytest.mark.parametrize("command", [("merge", "-q", "--no-edit"), ("rebase", "-q"), ("cherry-pick",)])
def test_merge_rebase_and_cherry_pick_give_originals_of_what_they_change(
    branched: Tree, command: tuple[str, ...]
) -> None:
    branched.write("notes.txt", b"more\n")
    branched.git("commit", "-qam", "main goes on")
    branched.git(*command, "other")
    assert branched.read("src/one.py") == NEWER and branched.read("src/three.py") == THREE
    assert branched.is_twin("src/two.py")
    assert branched.status() == ""
    assert branched.committed("src/one.py") == NEWER and branched.committed("src/two.py") == TWO


def test_a_merge_of_both_sides_changes_is_one_of_originals(branched: Tree) -> None:
    edit(branched, b"One.", b"Ones.")
    branched.git("commit", "-qam", "main goes on")
    branched.git("merge", "-q", "--no-edit", "other")
    assert branched.read("src/one.py") == NEWER.replace(b"One.", b"Ones.")
    assert branched.status() == ""


def test_a_conflict_shows_originals(branched: Tree) -> None:
    edit(branched, b"3 * x", b"x * 3")
    branched.git("commit", "-qam", "main goes on")
    assert branched.run("git", "merge", "-q", "other").code == 1
    text = branched.read("src/one.py")
    assert b"<<<<<<< HEAD\n    return x * 3\n=======\n    return x + x + x\n>>>>>>> other\n" in text
    assert b"_sw_" not in text
    branched.write("src/one.py", NEWER)
    branched.git("commit", "-qam", "merged")
    assert branched.committed("src/one.py") == NEWER


def test_merge_refuses_to_overwrite_an_edited_twin(branched: Tree) -> None:
    edited = edit(branched)
    done = branched.run("git", "merge", "-q", "other")
    assert done.code != 0 and "src/one.py" in done.err
    assert branched.read("src/one.py") == edited


def test_rebase_with_autostash_keeps_the_edit(branched: Tree) -> None:
    edit(branched)
    branched.git("rebase", "-q", "--autostash", "other")
    assert branched.read("src/one.py") == NEWER.replace(b"2 * x", b"x + x")


def test_commit_of_everything_takes_edits_only(branched: Tree) -> None:
    edited = edit(branched)
    branched.git("commit", "-qam", "edit")
    assert branched.git("show", "--stat", "--format=").split()[0] == "src/one.py"
    assert branched.committed("src/one.py") == ONE.replace(b"2 * x", b"x + x")
    assert branched.read("src/one.py") == edited
    assert plain(branched) == ONE.replace(b"2 * x", b"x + x")


def test_commit_in_the_hook_sees_originals(branched: Tree) -> None:
    edit(branched)
    hook = branched.write(".git/hooks/pre-commit", b"#!/bin/sh\nexec instrument --check --staged\n")
    hook.chmod(0o755)
    branched.git("commit", "-qam", "edit")
    assert branched.status() == ""


def test_move_of_a_twin_is_a_rename(branched: Tree) -> None:
    branched.git("mv", "src/one.py", "src/uno.py")
    assert branched.is_twin("src/uno.py")
    assert branched.status() == "R  src/one.py -> src/uno.py\n"
    branched.git("commit", "-qm", "moved")
    assert branched.committed("src/uno.py") == ONE


def test_rm_takes_an_unedited_twin(branched: Tree) -> None:
    branched.git("rm", "-q", "src/one.py")
    assert not (branched.top / "src/one.py").exists()


def test_apply_patches_the_original(branched: Tree) -> None:
    patch = branched.git("diff", "main", "other", "--", "src/one.py")
    branched.write("the.patch", patch.encode())
    branched.git("apply", "the.patch")
    assert branched.read("src/one.py") == NEWER


def test_blame_sees_the_original(branched: Tree) -> None:
    lines = branched.git("blame", "-s", "src/one.py").splitlines()
    assert len(lines) == len(ONE.splitlines()) and not any("Not Committed" in line for line in lines)


def test_add_in_parts_stages_parts_of_the_original(branched: Tree) -> None:
    edit(branched, b"One.", b"Ones.")
    edit(branched, b"3 * x", b"x * 3")
    edited = branched.read("src/one.py")
    answers = branched.top / "answers"
    answers.write_bytes(b"s\ny\nn\n")
    done = branched.run("sh", "-c", "git add -p src/one.py < answers")
    assert done.code == 0, done.err
    assert branched.staged("src/one.py") == ONE.replace(b"One.", b"Ones.")
    assert branched.read("src/one.py") == edited
