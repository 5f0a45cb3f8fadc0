"""`tracing.env` is the human's: whatever runs, nothing of ours opens it for writing, replaces, moves or removes it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

COMMANDS = [
    "instrument src --dry-run", "instrument src", "instrument src/app.py::f --level 5",
    "instrument src --level 3 --force",
    "instrument --status", "instrument --functions", "instrument --check src", "instrument src/app.py --history",
    "instrument src --diff", "python src/app.py", "spans tree", "spans runs --processes", "spans list", "spans export",
    "spans source app.py::f", "spans settings", "spans settings --json", "spans doctor", "spans doctor --repair",
    "spans prune --older-than 0s", "python src/app.py", "spans tree", "spans prune",
    "uninstrument src/app.py::f --restore", "uninstrument --restore", "uninstrument --strip src",
    "python -m instrumenter.settings.generate",
]  # fmt: skip
SETTINGS = "TRACING_AUTO_CLEANUP=on\nTRACING_COMPRESS_TRACES=on\nTRACING_RETENTION_DAYS=1\n"
# Runs in every process from its start: sees what the interpreter is about to do to files, whoever does it.
WITNESS = """
import os, sys
def see(event, args):
    if event == "open":
        path, mode, flags = args
        wrong = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        names = [path]
    else:
        wrong = event in ("os.rename", "os.remove", "os.truncate", "os.link", "os.symlink", "os.chmod", "os.chown",
                          "os.utime", "shutil.move", "shutil.copyfile")
        names = [arg for arg in args if isinstance(arg, (str, bytes, os.PathLike))] if wrong else []
    for name in names:
        if not isinstance(name, int) and os.fsdecode(name).endswith("tracing.env"):
            with open(os.environ["WITNESS"], "a") as out:
                out.write(f"{'wrote' if wrong else 'read'} {event} {' '.join(sys.argv)}\\n")
sys.addaudithook(see)
"""
APP = """
def f(n):
    return n + 1
print(f(1))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(WITNESS)
    (tmp_path / "src").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/settings.md").write_text("")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "src/app.py").write_text(textwrap.dedent(APP))
    (tmp_path / "tracing.env").write_text(SETTINGS)
    return tmp_path


def test_no_command_writes_tracing_env(project: Path) -> None:
    before = (project / "tracing.env").stat()
    witness = project / "witness"
    env = {**os.environ, "PYTHONPATH": str(project / "site"), "WITNESS": str(witness)}
    for command in COMMANDS:
        program, *words = command.split()
        start = [] if program == "python" else ["-c", f"from instrumenter.cli.{program} import main; main()"]
        done = subprocess.run([sys.executable, *start, *words], cwd=project, env=env, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, f"{command}: {done.stderr}"
    seen = witness.read_text().splitlines()
    assert [line for line in seen if not line.startswith("read open ")] == []
    assert {"read open src/app.py"} <= set(seen) and len(seen) > len(COMMANDS) / 2
    after = (project / "tracing.env").stat()
    assert (project / "tracing.env").read_text() == SETTINGS
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (before.st_ino, before.st_mtime_ns, before.st_mode)


def test_the_witness_sees_a_write(project: Path) -> None:
    witness = project / "witness"
    env = {**os.environ, "PYTHONPATH": str(project / "site"), "WITNESS": str(witness)}
    for what in ("open('tracing.env', 'a')", "__import__('os').replace('tracing.env', 'x')"):
        subprocess.run([sys.executable, "-c", what], cwd=project, env=env, check=True)
    assert [line.split()[:2] for line in witness.read_text().splitlines()] == [
        ["wrote", "open"],
        ["wrote", "os.rename"],
    ]


def test_no_source_of_ours_names_it_beside_a_write() -> None:
    """The name stands in few places, each of which reads or speaks of it."""
    root = Path(__file__).parents[2]
    sources = [*(root / "instrumenter").rglob("*.py"), *(root / "runtime/src").rglob("*.py")]
    naming = {path.relative_to(root).as_posix() for path in sources if 'tracing.env"' in path.read_text("utf-8")}
    naming |= {path.relative_to(root).as_posix() for path in sources if "/tracing.env" in path.read_text("utf-8")}
    assert naming == {"runtime/src/spanwright/_sources.py", "runtime/src/spanwright/_told.py"}
