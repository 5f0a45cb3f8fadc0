"""Python takes bytecode for current if second and size of the source fit: none may fit another source."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from vault_helpers import instrument, restore, twin_of

from instrumenter.vault import Change, Vault, read

RUN = "import sys; sys.path.insert(0, sys.argv[1]); import module; print(module.which)"


def run(folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    command = [sys.executable, "-c", RUN, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()


def test_twin_then_original_runs_within_one_second(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_bytes(b"import sys; which = sys._getframe().f_lineno\n")
    stamp = path.stat().st_mtime_ns
    assert run(tmp_path) == "1"
    instrument(tmp_path, path)
    os.utime(path, ns=(stamp, stamp))
    assert run(tmp_path) == "2"
    restore(tmp_path, path)
    assert path.stat().st_mtime_ns == stamp
    assert run(tmp_path) == "1"


def test_new_content_of_the_same_size_gets_another_second(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_bytes(b"which = 1\n")
    _, seen = read(path)
    with Vault.opened(tmp_path) as vault:
        vault.apply([Change(path, seen, b"which = 2\n", None, seen.mode, seen.mtime_ns)])
    assert path.stat().st_mtime_ns == seen.mtime_ns + 1_000_000_000


def test_bytecode_of_an_earlier_version_does_not_fit(tmp_path: Path) -> None:
    """A twin ran, its original came back and was edited: the new twin is as long as the old one."""
    path = tmp_path / "module.py"
    path.write_bytes(twin_of(b"which = 1\n"))
    assert run(tmp_path) == "1"
    stamp = path.stat().st_mtime_ns
    path.write_bytes(b"which = 2\n")
    _, seen = read(path)
    with Vault.opened(tmp_path) as vault:
        vault.apply([Change(path, seen, twin_of(b"which = 2\n"), None, seen.mode, stamp)])
    assert run(tmp_path) == "2"
