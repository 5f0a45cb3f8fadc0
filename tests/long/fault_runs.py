"""Commands in children that are forked off warm, and killed or hindered at a moment or at a file-system call."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import click

from instrumenter import rewrite
from instrumenter.cli import doctor
from instrumenter.cli.instrument import main as instrument
from instrumenter.cli.uninstrument import main as uninstrument

SOURCE = Path(__file__).with_name("faults.c")
_LIBRARY = "SPANWRIGHT_FAULTS"
COMMANDS: dict[str, click.Command] = {"instrument": instrument, "uninstrument": uninstrument, "doctor": doctor.main}
_NOBODY = 65534


class What(IntEnum):
    """What happens at the call with the number; as in faults.c."""

    COUNT = 0
    KILL = 1
    FAIL = 2
    FAIL_FROM = 3
    SHORT = 4
    SHORT_THEN_KILL = 5


@dataclass(frozen=True)
class Fault:
    """What is to happen to a command: at its `number`-th call below the tree, or a kill after `seconds`."""

    what: What = What.COUNT
    number: int = 0
    error: int = 0
    seconds: float | None = None
    is_nobody: bool = False  # the command is run by a user who owns nothing here but the tree

    def __str__(self) -> str:
        if self.seconds is not None:
            return f"killed after {self.seconds * 1000:.1f} ms"
        name = errno.errorcode.get(self.error, "")
        return " ".join(filter(None, (self.what.name.lower(), name, f"at call {self.number}")))


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, negative for a signal, what it said, and how many calls it made."""

    code: int
    said: str
    calls: int


def preload(folder: Path) -> None:
    """Compile the library and start this script again with it, unless it is there already."""
    if _LIBRARY in os.environ:
        atexit.register(shutil.rmtree, os.environ[_LIBRARY])  # the folder of the process that started this one
        return
    library = folder / "faults.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit("this check needs a C compiler (gcc)")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    environment = {**os.environ, _LIBRARY: os.fspath(folder), "LD_PRELOAD": os.fspath(library)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def remember_twins() -> None:
    """Do once only what touches no file of the tree: a command is then mostly what it does to the disk."""
    rewrite.instrument = cache(rewrite.instrument)
    rewrite.strip = cache(rewrite.strip)  # type: ignore[assignment]  # whatever it is called with here can be hashed
    doctor._recorder = cache(doctor._recorder)  # asks a process of its own which recorder there is
    doctor._recorder()


def warm(tree: Path, *commands: Sequence[str]) -> None:
    """Run commands in this process, so that what is forked off it later has done all of it before."""
    here = Path.cwd()
    os.chdir(tree)
    try:
        for command in commands:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
                code = COMMANDS[command[0]].main(list(command[1:]), prog_name=command[0], standalone_mode=False)
            if code:
                raise SystemExit(f"{' '.join(command)} ended with {code}: {said.getvalue()}")
    finally:
        os.chdir(here)


def run(command: Sequence[str], tree: Path, log: Path, fault: Fault | None = None) -> Ended:
    """Run a command of the command line in the tree, in a child."""
    fault = fault or Fault()
    child = start(command, tree, log, fault)
    if fault.seconds is not None:
        time.sleep(fault.seconds)
        os.kill(child, signal.SIGKILL)
    return ended(child, log)


def ended(child: int, log: Path) -> Ended:
    """Wait for the end of a child."""
    _, status = os.waitpid(child, 0)
    said, zero, calls = log.read_bytes().decode(errors="replace").rpartition("\0")
    return Ended(os.waitstatus_to_exitcode(status), said if zero else calls, int(calls) if zero else 0)


def start(command: Sequence[str], tree: Path, log: Path, fault: Fault, wait: Callable[[], object] = int) -> int:
    """Fork a child that runs a command once `wait` has returned; return its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.chdir(tree)
        if fault.is_nobody and os.getuid() == 0:
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        wait()
        code = _command(command, tree, fault)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _command(command: Sequence[str], tree: Path, fault: Fault) -> int:
    library = ctypes.CDLL(None)
    library.faults_arm(os.fsencode(tree), ctypes.c_long(fault.number), fault.what.value, fault.error)
    try:
        COMMANDS[command[0]].main(list(command[1:]), prog_name=command[0])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    calls = ctypes.c_long(library.faults_counted()).value
    os.write(1, f"\0{calls}".encode())
    return code
