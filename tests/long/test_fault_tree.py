"""The checks of commands that are cut short are not blind: whatever is lost or altered is named."""

from __future__ import annotations

import os
from pathlib import Path

import fault_tree
import pytest
from fault_tree import KINDS, Tree

from instrumenter import api
from instrumenter.engine.discover import Choice
from instrumenter.engine.targets import Target
from instrumenter.vault import Vault, digest

NAME = "part0/plain_0.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "tree"


@pytest.fixture
def tree(root: Path) -> Tree:
    """Twins of one file of each kind."""
    made = fault_tree.make_tree(root, len(KINDS))
    list(api.run(api.plan_instrument(Choice((Target(root),))), api.Options(level=2, jobs=1), print))
    return made


def problems(root: Path, tree: Tree) -> list[str]:
    return list(tree.problems(root, dict.fromkeys(tree.files, b"\0")))


def unsettled(root: Path, tree: Tree) -> list[str]:
    return list(tree.unsettled(root, dict.fromkeys(tree.files, b"\0")))


def test_nothing_is_named_where_nothing_is_wrong(root: Path, tree: Tree) -> None:
    assert problems(root, tree) == unsettled(root, tree) == []
    list(api.run(api.plan_restore(Choice((Target(root),))), api.Options(level=0), print))
    assert list(tree.differences(root)) == []


def test_byte_that_differs_is_named(root: Path, tree: Tree) -> None:
    with (root / NAME).open("ab") as file:
        file.write(b"#\n")
    assert problems(root, tree) == [f"{NAME} is neither its original nor a twin of it"]
    assert unsettled(root, tree) == [f"{NAME} is not the twin that is recorded"]


def test_file_that_is_gone_is_named(root: Path, tree: Tree) -> None:
    (root / NAME).unlink()
    assert problems(root, tree) == [f"{NAME} is gone"]


def test_original_that_the_vault_lacks_is_named(root: Path, tree: Tree) -> None:
    Vault.seen(root).backups.place(digest(tree.files[NAME].source)).unlink()
    assert problems(root, tree) == [f"the vault does not have the original of {NAME}"]


def test_twin_that_is_not_recorded_is_named(root: Path, tree: Tree) -> None:
    with Vault.opened(root) as vault:
        vault.forget([NAME])
    assert unsettled(root, tree) == [f"{NAME} is no original, and no twin is recorded"]


def test_temporary_file_and_journal_that_are_left_are_named(root: Path, tree: Tree) -> None:
    (root / "part0/.spanwright-1-0.new").write_bytes(b"")
    (root / ".spanwright/journal").write_bytes(b"")
    assert fault_tree.leftovers(root) == [os.fspath(root / "part0/.spanwright-1-0.new")]
    assert next(iter(tree.unsettled(root, {}))) == "the journal is still there"


def test_mode_and_time_that_differ_are_named(root: Path, tree: Tree) -> None:
    list(api.run(api.plan_restore(Choice((Target(root),))), api.Options(level=0), print))
    (root / NAME).chmod(0o600)
    [difference] = tree.differences(root)
    assert difference.startswith(f"{NAME}: mode 600, ")


def test_link_that_became_a_file_is_named(root: Path, tree: Tree) -> None:
    [link] = tree.links
    data = (root / link).read_bytes()
    (root / link).unlink()
    (root / link).write_bytes(data)
    assert problems(root, tree) == [f"the link {link} is not what it was"]
