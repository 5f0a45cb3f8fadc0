"""A git repository that knows nothing of the machine's settings, and the commands run in it as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ONE = b'"""One."""\n\n\ndef double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x\n'
TWO = b"class Two:\r\n\tdef get(self): return 2"
THREE = b"def three():\n    return 3\n"
HEADER = b"from spanwright import probes as _sw_"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
    settings = home / "gitconfig"
    if not settings.exists():
        settings.write_text(
            "[user]\n\tname = N\n\temail = n@example.org\n[init]\n\tdefaultBranch = main\n"
            '[protocol "file"]\n\tallow = always\n'
        )
    return {
        **kept,
        "HOME": str(home),
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@dataclass(frozen=True)
class Tree:
    """A work tree of git's."""

    top: Path
    environment: Mapping[str, str]

    def run(self, *words: str, folder: str = "", **more: str) -> Done:
        done = subprocess.run(
            words, cwd=self.top / folder, env={**self.environment, **more}, capture_output=True, timeout=120
        )
        return Done(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="replace"))

    def git(self, *words: str, **more: str) -> str:
        """Run a git command that has to succeed; gives its output."""
        done = self.run("git", *words, **more)
        assert done.code == 0, done.err
        return done.out

    def instrument(self, *words: str, folder: str = "", **more: str) -> Done:
        return self.run(sys.executable, "-c", _COMMAND.format("instrument"), *words, folder=folder, **more)

    def uninstrument(self, *words: str, folder: str = "") -> Done:
        return self.run(sys.executable, "-c", _COMMAND.format("uninstrument"), *words, folder=folder)

    def write(self, name: str, data: bytes) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def read(self, name: str) -> bytes:
        return (self.top / name).read_bytes()

    def is_twin(self, name: str) -> bool:
        return HEADER in self.read(name)

    def status(self) -> str:
        return self.git("status", "--porcelain")

    def staged(self, name: str) -> bytes:
        """Return what the index has of a file."""
        return os.fsencode(self.git("cat-file", "blob", f":{name}"))

    def committed(self, name: str, commit: str = "HEAD") -> bytes:
        return os.fsencode(self.git("cat-file", "blob", f"{commit}:{name}"))

    def other(self, top: Path) -> Tree:
        return Tree(top, self.environment)


_COMMAND = "import sys; sys.argv[0] = '{0}'; from instrumenter.cli.{0} import main; main()"


def make_tree(folder: Path, home: Path) -> Tree:
    """Make a repository with two committed files."""
    folder.mkdir(parents=True)
    tree = Tree(folder, environment(home))
    tree.git("init", "-q")
    tree.write("src/one.py", ONE)
    tree.write("src/two.py", TWO)
    tree.write("notes.txt", b"notes\n")
    tree.git("add", ".")
    tree.git("commit", "-qm", "first")
    return tree
