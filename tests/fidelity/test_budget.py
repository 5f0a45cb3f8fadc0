"""A program prints, raises and exits the same while its functions are turned down and up for the overhead budget."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent.parent / "programs"
# It counts levels of recursion: those of the Python core's probes are levels, too.
CASES = [
    (path.name, core)
    for path in sorted(PROGRAMS.glob("*.py"))
    for core in ("c", "python")
    if (path.name, core) != ("recursion.py", "python")
]


def run(script: Path, **settings: str) -> tuple[int, str, str]:
    """Run a script as a user would."""
    env = {**os.environ, **settings, "PYTHONHASHSEED": "0"}
    done = subprocess.run([sys.executable, script.name], cwd=script.parent, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("level", [1, 2, 3, 5])
@pytest.mark.parametrize(("name", "core"), CASES)
def test_program_behaves_as_it_did_whatever_is_turned_down_when(
    tmp_path: Path, name: str, level: int, core: str
) -> None:
    script = tmp_path / name
    script.write_bytes((PROGRAMS / name).read_bytes())
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "program"\nversion = "0"\n')
    expected = run(script)
    command = "from instrumenter.cli.instrument import main; main()"
    argv = [sys.executable, "-c", command, name, "--level", str(level)]
    subprocess.run(argv, cwd=tmp_path, check=True, capture_output=True)
    found = run(script, SPANWRIGHT_CORE=core, SPANWRIGHT_BUDGET="random", TRACING_OVERHEAD_BUDGET="1%")
    assert found == expected
