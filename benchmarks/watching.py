"""How long it takes a running watcher from a save to the twin."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.processes import ChildError, make_project, surroundings, tool
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
A project of fifty small files and one of 500 lines, which is saved again and again, each time with other content, in
place and by a rename in turn, as editors do; the watcher is idle in between. Milliseconds from the save until the twin
is there, and the watcher's processor time for it.
"""
GROUP = "a file of 500 lines"
SAVE, PROCESSOR = "from save to twin", "processor a save"
_LINES, _FILES, _LEVELS = 500, 50, (1, 3)
_WARM_UP = 2  # the first saves load what is loaded once
_FUNCTION = '''
def function_{number}(first, second=2):
    """Compute something."""
    total = first + second
    if total > {number}:
        return str(total)
    for value in range(total):
        print(value, total)
    return [total]

'''


def source(lines: int) -> str:
    """Return a module of about so many lines."""
    per_function = _FUNCTION.count("\n")
    return "".join(_FUNCTION.format(number=number) for number in range(max(1, lines // per_function)))


def measure(bench: Bench) -> list[Row]:
    """Let a watcher of each level see the saves."""
    samples = Samples(GROUP)
    for level in _LEVELS:
        with bench.folder() as folder:
            lay_out(folder)
            watcher = start(bench.main, folder, level)
            try:
                _follow(samples, f"level {level}", folder / "src" / "app.py", watcher.pid, bench.pick(10, 100))
            finally:
                watcher.terminate()
                watcher.communicate()
    return samples.rows("level 1")


def lay_out(folder: Path) -> None:
    """Write the project."""
    (folder / "src").mkdir()
    make_project(folder)
    for number in range(_FILES):
        (folder / f"src/other{number}.py").write_text(source(20))
    (folder / "src" / "app.py").write_text(source(_LINES))


def start(environment: Environment, folder: Path, level: int) -> subprocess.Popen[str]:
    """Start a watcher; returns when it listens."""
    argv = tool(environment, "src", "--watch", "--level", level)
    watcher = subprocess.Popen(argv, cwd=folder, env=surroundings({}), stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    while "Ctrl-C" not in watcher.stdout.readline():
        if watcher.poll() is not None:
            raise ChildError("the watcher has ended")
    return watcher


def _follow(samples: Samples, way: str, path: Path, pid: int, saves: int) -> None:
    text, before = source(_LINES), 0.0
    for number in range(saves + _WARM_UP):
        if number == _WARM_UP:
            before = cpu_seconds(pid)
        taken = save(path, f"{text}# {number}\n".encode(), renames=bool(number % 2))
        time.sleep(0.03)  # the watcher writes down what it did
        if number >= _WARM_UP:
            samples.add(SAVE, way, "ms", taken * 1000)
    samples.add(PROCESSOR, way, "ms", (cpu_seconds(pid) - before) / saves * 1000)


def save(path: Path, data: bytes, *, renames: bool) -> float:
    """Save the file; gives how long it took until it was replaced, in seconds."""
    if renames:
        path.with_suffix(".tmp").write_bytes(data)
        path.with_suffix(".tmp").replace(path)
    else:
        path.write_bytes(data)
    inode, began = path.stat().st_ino, time.perf_counter()
    while path.stat().st_ino == inode:  # the twin comes by a rename
        if time.perf_counter() - began > 30:
            raise ChildError("the file was not instrumented within 30 seconds")
        time.sleep(0.0005)
    return time.perf_counter() - began


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


BENCHMARK = Benchmark("watching", WHAT, measure)
