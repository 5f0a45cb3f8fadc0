"""A program prints, raises and exits the same with and without probes, at every level, with either core."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from instrumenter import rewrite

PROGRAMS = Path(__file__).parent.parent / "programs"
NAMES = sorted(path.name for path in PROGRAMS.glob("*.py"))
# The Python core's probes are Python calls, which count against the recursion limit.
CASES = [(name, core) for name in NAMES for core in ("c", "python") if (name, core) != ("recursion.py", "python")]


def run(script: Path, **settings: str) -> tuple[int, str, str]:
    """Run a script as a user would."""
    env = {**os.environ, **settings, "PYTHONHASHSEED": "0"}
    done = subprocess.run([sys.executable, script.name], cwd=script.parent, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("level", rewrite.LEVELS)
@pytest.mark.parametrize(("name", "core"), CASES)
def test_program_behaves_as_it_did(tmp_path: Path, name: str, level: int, core: str) -> None:
    script = tmp_path / name
    (tmp_path / ".spanwright" / "sites").mkdir(parents=True)
    original = (PROGRAMS / name).read_bytes()
    script.write_bytes(original)
    expected = run(script)
    twin = rewrite.instrument(original, level, name)
    assert twin is not None
    script.write_bytes(twin.source)
    (tmp_path / ".spanwright" / "sites" / f"{twin.id}.map").write_bytes(twin.positions)
    (tmp_path / ".spanwright" / "sites" / f"{twin.id}.json").write_bytes(twin.table)
    assert run(script, SPANWRIGHT_CORE=core) == expected
    assert list((tmp_path / ".spanwright" / "traces").glob("*.seg"))


@pytest.mark.parametrize("level", [2, 5])
@pytest.mark.parametrize("name", sorted({*NAMES} - {"recursion.py"}))
def test_program_behaves_as_it_did_with_a_runtime_that_does_not_know_the_twin(
    tmp_path: Path, name: str, level: int
) -> None:
    script = tmp_path / name
    original = (PROGRAMS / name).read_bytes()
    script.write_bytes(original)
    expected = run(script)
    twin = rewrite.instrument(original, level, name)
    assert twin is not None
    unknown = twin.source.replace(b'", 2, ', b'", 99, ', 1)
    assert unknown != twin.source
    script.write_bytes(unknown)
    assert run(script, SPANWRIGHT_QUIET="1") == expected
