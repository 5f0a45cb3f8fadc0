"""One command at a time."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from instrumenter.errors import StorageError, VaultError
from instrumenter.vault import Vault

HOLD = """
import sys, pathlib
from instrumenter.vault import Vault
with Vault.opened(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_command_is_told_who_is_at_work(tmp_path: Path) -> None:
    with Vault.opened(tmp_path), pytest.raises(VaultError) as caught, Vault.opened(tmp_path, patience=0):
        raise AssertionError
    assert caught.value.slug == "vault-busy" and caught.value.exit_code == 4
    assert f"process {os.getpid()}" in str(caught.value)


def test_lock_of_another_process_ends_with_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(VaultError, match=f"process {holder.pid}"), Vault.opened(tmp_path, patience=0):
            raise AssertionError
        holder.kill()
        holder.wait()
    with Vault.opened(tmp_path, patience=5):
        pass


def test_command_that_waited_for_a_vanished_vault_makes_its_own(tmp_path: Path) -> None:
    """The first command finds nothing to do and takes its vault away while the second waits for its lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        holder.stdout.readline()
        holder.stdin.close()
        with Vault.opened(tmp_path, patience=30):
            assert (tmp_path / ".spanwright/lock").read_text() == f"{os.getpid()}\n"


@pytest.mark.parametrize("is_there", [True, False], ids=["as it is found", "once it is made"])
def test_vault_that_vanishes_before_its_lock_is_open_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """Another command, which needed no vault, takes its own away."""
    vault = tmp_path / ".spanwright"
    if is_there:
        vault.mkdir()
    make = os.mkdir
    vanished: list[Path] = []

    def make_and_vanish(path: Path, mode: int = 0o777) -> None:
        try:
            make(path, mode)
        finally:
            if not vanished:
                vanished.append(path)
                vault.rmdir()

    monkeypatch.setattr(os, "mkdir", make_and_vanish)
    with Vault.opened(tmp_path):
        assert (vault / "lock").read_text() == f"{os.getpid()}\n"
    assert list(map(Path, vanished)) == [vault]


def test_lock_that_cannot_be_opened_is_told_of_after_the_patience(tmp_path: Path) -> None:
    (tmp_path / ".spanwright").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="the vault's lock: No such file"), Vault.opened(tmp_path, patience=0):
        raise AssertionError


def test_full_disk_does_not_keep_a_command_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", refuse)
    with Vault.opened(tmp_path), pytest.raises(VaultError, match="process unknown"), Vault.opened(tmp_path, patience=0):
        raise AssertionError
