"""What the long checks share: a project in a temporary folder, the commands as child processes, a list of findings."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import Any, NoReturn

from instrumenter.trace.runs import Traces

PROGRAMS = Path(__file__).parent / "programs"
Span = dict[str, Any]


class CheckFailedError(Exception):
    """A command of the check itself went wrong, so that there is nothing to compare."""


class Findings:
    """What a check expected and what it found; prints each as it comes, `code` is the script's exit code."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def expect(self, holds: bool, claim: str, detail: object = "") -> None:
        suffix = "" if holds or detail == "" else f": {detail}"
        print(f"  {'ok    ' if holds else 'FAILED'} {claim}{suffix}", flush=True)
        if not holds:
            self.failed.append(f"{claim}{suffix}")

    def equal(self, found: object, wanted: object, claim: str) -> None:
        self.expect(found == wanted, claim, f"found {found!r}, wanted {wanted!r}")

    @property
    def code(self) -> int:
        return 1 if self.failed else 0


class Project:
    """A folder with a program in it, and the commands that a user would give there.

    `core` is the value of SPANWRIGHT_CORE for the program and the commands, or None for the default. A check may
    keep in `said` what its program said last.
    """

    def __init__(self, root: Path, core: str | None) -> None:
        self.root = root
        self.core = core
        self.exported = ""
        self.said = ""
        self.environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        if core:
            self.environment["SPANWRIGHT_CORE"] = core

    def add(self, program: str) -> None:
        """Copy one of the check programs into the project."""
        (self.root / program).write_bytes((PROGRAMS / program).read_bytes())

    def command(self, name: str, *words: str, allowed: Sequence[int] = (0,)) -> subprocess.CompletedProcess[bytes]:
        """Run `instrument`, `uninstrument` or `spans`; an exit code that is not `allowed` ends the check."""
        start = f"import sys; sys.argv[0] = {name!r}; from instrumenter.cli.{name} import main; sys.exit(main())"
        argv = [sys.executable, "-P", "-c", start, *words]
        done = subprocess.run(argv, cwd=self.root, env=self.environment, capture_output=True)
        if done.returncode not in allowed:
            said = (done.stdout[-2000:] + done.stderr[-2000:]).decode(errors="replace")
            raise CheckFailedError(
                f"`{shorten(shlex.join([name, *words]), 200)}` ended with {done.returncode}:\n{said}"
            )
        return done

    def run(self, *words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run the program as always, with the interpreter that runs the check."""
        merged = {**self.environment, **(environment or {})}
        return subprocess.run([sys.executable, *words], cwd=self.root, env=merged, capture_output=True)

    def export(self) -> dict[str, Any]:
        """Return the JSON export of the last run: it has to be a new one, recorded by the core that was asked for."""
        data: dict[str, Any] = json.loads(self.command("spans", "export", "--format", "json").stdout)
        run = data["run"]
        cores = {process["core"] for process in run["processes"]}
        if run["id"] == self.exported or (self.core and cores != {self.core}):
            raise CheckFailedError(
                f"the last run is {run['id']}, recorded by {cores}; the one before was {self.exported}"
            )
        self.exported = run["id"]
        return data

    def readable(self, findings: Findings) -> None:
        """Expect that everything that was recorded in the project can be read."""
        traces = Traces.load(self.root)
        problems = [*traces.problems, *(problem for run in traces.runs for problem in run.problems())]
        problems += traces.tables.problems
        findings.expect(not problems, "everything recorded can be read", "; ".join(map(str, problems[:5])))

    def whole(self, findings: Findings) -> None:
        """Expect that the last run's recording can be read and every span in it has its end."""
        self.readable(findings)
        run = Traces.load(self.root).runs[-1]
        every = (span for root in run.forest.roots() for span in run.forest.below(root))
        open_ones = [f"{span.name} ({span.file}:{span.line})" for span in every if not span.ended]
        findings.expect(not open_ones, "every span has its end", f"{len(open_ones)} have not: {open_ones[:5]}")


@contextmanager
def project(core: str | None) -> Iterator[Project]:
    """Give an empty project; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="spanwright-check-") as folder:
        root = Path(folder).resolve() / "project"
        root.mkdir()
        (root / "pyproject.toml").write_text('[project]\nname = "check"\nversion = "0"\n')
        yield Project(root, core)


def spans(traces: Sequence[Span]) -> Iterator[Span]:
    """Yield every span of the traces, parents before children, without recursion."""
    waiting = list(reversed(traces))
    while waiting:
        span = waiting.pop()
        yield span
        waiting.extend(reversed(span["children"]))


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser that every long check starts from."""
    first = (description or "").strip()
    made = argparse.ArgumentParser(description=first, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--core", choices=["c", "python"], help="the recorder to use (default: C where it is there)")
    return made


def succeeded(done: subprocess.CompletedProcess[bytes], findings: Findings, claim: str) -> None:
    """Expect that the program ended with 0; print what it said on stderr."""
    said = done.stderr[-1500:].decode(errors="replace")
    findings.expect(done.returncode == 0, claim, f"exit code {done.returncode}")
    if said:
        print(f"  it said: {said}")


def finish(check: Callable[[], Findings]) -> NoReturn:
    """Run a check and end the process: 0 if all holds, 1 if something does not, 2 if the check could not be made."""
    try:
        code = check().code
    except CheckFailedError as failure:
        print(failure, file=sys.stderr)
        code = 2
    print("FAILED" if code else "all of it holds")
    sys.exit(code)
