"""`instrument src/` where nothing marks a project puts the vault into `src/`; commands from above find it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from instrumenter.errors import UsageError
from instrumenter.settings import find_vault


def vault(folder: Path) -> Path:
    (folder / ".spanwright").mkdir(parents=True)
    return folder.resolve()


def test_vault_upwards_comes_first(tmp_path: Path) -> None:
    root = vault(tmp_path)
    vault(tmp_path / "a" / "b")
    assert find_vault(tmp_path / "a") == root


def test_vault_right_below_is_found(tmp_path: Path) -> None:
    root = vault(tmp_path / "src")
    assert find_vault(tmp_path) == root


def test_vault_further_below_is_not_looked_for(tmp_path: Path) -> None:
    vault(tmp_path / "a" / "b")
    assert find_vault(tmp_path) is None


def test_several_vaults_below_are_named(tmp_path: Path) -> None:
    vault(tmp_path / "one")
    vault(tmp_path / "two")
    with pytest.raises(UsageError, match="one, two") as caught:
        find_vault(tmp_path)
    assert caught.value.slug == "several-projects"
