"""Repositories: plain, and one with the filter and twins in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_helpers import Tree, make_tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return make_tree(tmp_path / "a project", tmp_path)


@pytest.fixture
def filtered(tree: Tree) -> Tree:
    """Both files are twins and git sees their originals."""
    assert tree.instrument("src").code == 0
    done = tree.instrument("--git-filter")
    assert done.code == 0, done.err
    return tree
