"""The tour, step by step: every command is run for real, as a process of its own, and every claim is checked."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import click

from instrumenter.errors import SpanwrightError

PROGRAM = Path(__file__).parent / "program"
# What the tool and the interpreter add to the folder: no files of the program's.
ADDED = (".spanwright", "__pycache__")
SHOWN_FILE, SHOWN_FUNCTION = "desk/lending.py", "    def take_back("


class DemoError(SpanwrightError):
    """Something that the tour promised does not hold: a defect of Spanwright's or of its installation."""


@dataclass(frozen=True)
class State:
    """What has to come back of a file: the digest of its bytes, its mode, its modification time in ns."""

    digest: str
    mode: int
    mtime: int


@dataclass(frozen=True)
class Tour:
    """The tour in `folder`, which is made; `say` prints a line."""

    folder: Path
    say: Callable[[str], None]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def take(self) -> None:
        """Go through all steps; a claim that does not hold raises `DemoError`."""
        self.step("The program: a small library's lending desk, copied to a temporary folder")
        shutil.copytree(PROGRAM, self.folder, ignore=shutil.ignore_patterns(*ADDED))
        self.say_command(f"cd {self.folder}")
        before = self.show_digests()
        output = self.run_program()
        self.say(output)
        self.step("Instrument it at level 2: parameters, results and exceptions")
        self.command("instrument", ".", "--level", "2")
        self.show_twin(before)
        self.step("Run it as always")
        self.check(self.run_program() == output, "the instrumented program's output differs from the original's")
        self.say("It printed the same lines as before.\n")
        self.step("What it did")
        self.command("spans", "tree")
        self.step("Everything about the call that failed")
        self.command("spans", "show", self.failed_span())
        self.step("Get the originals back")
        self.command("uninstrument", ".", "--restore")
        self.prove(before)

    def step(self, title: str) -> None:
        """Print the next step's number and title."""
        self.say(click.style(f"{next(self.numbers)}. {title}", bold=True))

    def say_command(self, command: str) -> None:
        """Print a command as a user would type it."""
        self.say(click.style(f"$ {command}", fg="cyan"))

    def check(self, holds: bool, otherwise: str) -> None:
        """End the tour if a claim does not hold."""
        if not holds:
            raise DemoError("demo-failed", otherwise)

    def run_program(self) -> str:
        """Run the program as a normal process and return its output; its stderr is passed on."""
        self.say_command("python main.py")
        done = subprocess.run([sys.executable, "main.py"], cwd=self.folder, stdout=subprocess.PIPE)
        self.check(done.returncode == 0, f"the program ended with exit code {done.returncode}")
        return done.stdout.decode(errors="replace")

    def command(self, name: str, *words: str) -> None:
        """Print a command and run it with this process's output as its own."""
        self.say_command(" ".join((name, *words)))
        code = subprocess.run(_command(name, *words), cwd=self.folder).returncode
        self.check(code == 0, f"`{name}` ended with exit code {code}")
        self.say("")

    def show_digests(self) -> dict[str, State]:
        """Print the first half of every file's digest; return the states."""
        states = file_states(self.folder)
        self.say_command("sha256sum *.toml *.py */*")
        for name, state in states.items():
            self.say(f"{state.digest[:32]}...  {name}")
        self.say("")
        return states

    def show_twin(self, before: dict[str, State]) -> None:
        """Say how many files are twins now and print a function of one."""
        after = file_states(self.folder)
        twins = [name for name in before if after[name].digest != before[name].digest]
        self.check(SHOWN_FILE in twins, f"{SHOWN_FILE} has not been instrumented")
        self.say(f"{len(twins)} files have probes in them now. The last function of {SHOWN_FILE}:\n")
        lines = (self.folder / SHOWN_FILE).read_text(encoding="utf-8").splitlines()
        start = next(number for number, line in enumerate(lines) if line.startswith(SHOWN_FUNCTION))
        self.say(
            "\n".join([lines[start], *takewhile(lambda line: not line.startswith("    def "), lines[start + 1 :])])
        )
        self.say("")

    def failed_span(self) -> str:
        """Return the id of the innermost span that failed."""
        words = _command("spans", "export", "--format", "json")
        done = subprocess.run(words, cwd=self.folder, stdout=subprocess.PIPE)
        self.check(done.returncode == 0, f"`spans export` ended with exit code {done.returncode}")
        failed = list(_innermost_failures(json.loads(done.stdout)["traces"]))
        self.check(len(failed) == 1, f"{len(failed)} calls are recorded as failed, not 1")
        return failed[0]

    def prove(self, before: dict[str, State]) -> None:
        """Print the digests again; every file has to be what it was."""
        after = self.show_digests()
        different = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        self.check(not different, f"not what they were: {', '.join(different)}")
        self.say(f"All {len(before)} files are what they were: bytes, modes and times.")


def file_states(folder: Path) -> dict[str, State]:
    """Return the states of the program's files by their names, in order."""
    states = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not set(inside.parts) & set(ADDED):
            facts = path.stat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            states[inside.as_posix()] = State(digest, facts.st_mode, facts.st_mtime_ns)
    return states


def _command(name: str, *words: str) -> list[str]:
    """Return the words that run one of the commands with this interpreter, whether or not it is on the PATH."""
    start = f"import sys; sys.argv[0] = {name!r}; from instrumenter.cli.{name} import main; sys.exit(main())"
    return [sys.executable, "-P", "-c", start, *words]


def _innermost_failures(spans: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the ids of the failed spans whose children did not fail."""
    for span in spans:
        inner = list(_innermost_failures(span["children"]))
        yield from inner
        if span["status"] == "error" and not inner:
            yield span["spanId"]
