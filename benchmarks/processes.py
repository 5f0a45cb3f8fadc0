"""The processes in which everything is measured: scripts of `children/`, run by the interpreter of an environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.environment import Environment

CHILDREN = Path(__file__).parent / "children"
CORE = "SPANWRIGHT_CORE"
# From the installed package, whatever stands in the working directory.
_START = "import sys; sys.argv[0] = '{0}'; from instrumenter.cli.{0} import main; sys.exit(main())"
Settings = Mapping[str, str]


class ChildError(Exception):
    """A measuring process did not do what it was to do."""


def command(environment: Environment, script: str, *words: object) -> list[str]:
    """Give the command that runs a script of `children/`."""
    return [str(environment.python), str(CHILDREN / script), *map(str, words)]


def surroundings(settings: Settings) -> dict[str, str]:
    """Give the environment of a measuring process: of our variables those asked for and the core, of Python's none."""
    ours = ("SPANWRIGHT_", "TRACING_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours) or name == CORE}
    return {**kept, "PYTHONHASHSEED": "0", **settings}


def answer(
    environment: Environment, script: str, *words: object, folder: Path, settings: Settings | None = None
) -> Any:
    """Run a script to its end in `folder`; give what it printed, which is JSON."""
    argv = command(environment, script, *words)
    done = subprocess.run(argv, cwd=folder, env=surroundings(settings or {}), stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise ChildError(f"{script} {' '.join(map(str, words))} ended with exit code {done.returncode}")
    return json.loads(done.stdout)


def tool(environment: Environment, *words: object) -> list[str]:
    """Give the command line of `instrument` with these arguments."""
    return _command_line(environment, "instrument", *words)


def spans(environment: Environment, folder: Path, *words: object) -> Any:
    """Ask the command `spans` something about a project; give its answer, which is JSON."""
    argv = _command_line(environment, "spans", *words)
    done = subprocess.run(argv, cwd=folder, env=surroundings({}), capture_output=True, text=True)
    if done.returncode:
        raise ChildError(f"spans {' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def _command_line(environment: Environment, name: str, *words: object) -> list[str]:
    return [str(environment.python), "-P", "-c", _START.format(name), *map(str, words)]


def make_project(folder: Path) -> None:
    """Make a folder the root of a project."""
    (folder / "pyproject.toml").write_text('[project]\nname = "measured"\nversion = "0"\n')


def instrument(environment: Environment, folder: Path, *words: object) -> None:
    """Instrument something in a project with the real command."""
    make_project(folder)
    done = subprocess.run(tool(environment, *words), cwd=folder, env=surroundings({}), capture_output=True, text=True)
    if done.returncode:
        raise ChildError(f"instrument {' '.join(map(str, words))} failed:\n{done.stdout}{done.stderr}")


def forget(folder: Path) -> int:
    """Remove what was recorded in a project; give its size in bytes."""
    segments = list((folder / ".spanwright" / "traces").glob("*.seg"))
    size = sum(path.stat().st_size for path in segments)
    for path in segments:
        path.unlink()
    return size


class Child:
    """A process that does a thing once for every line it is given, and answers each with a line of JSON."""

    def __init__(
        self, environment: Environment, script: str, *words: object, folder: Path, settings: Settings | None = None
    ) -> None:
        self.folder = folder
        self.what = f"{script} {' '.join(map(str, words))}"
        self.process = subprocess.Popen(
            command(environment, script, *words),
            cwd=folder,
            env=surroundings(settings or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._line()

    def once(self) -> Any:
        """Let it do its thing once."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self._line())

    def close(self) -> None:
        """End the process."""
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise ChildError(f"{self.what} ended with exit code {self.process.wait()}")
        return line
