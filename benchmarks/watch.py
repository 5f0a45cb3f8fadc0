"""How long it takes a running watcher from a save to the twin: median, p95 and the longest of many saves of one file.

    python benchmarks/watch.py [--saves 200] [--lines 500] [--level 3] [--files 50]

Each save has other content. Editors write in place and rename in turn. `--files`: how many more files the project has.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
_START = "import sys; sys.argv[0] = 'instrument'; from instrumenter.cli.instrument import main; sys.exit(main())"


def source(lines: int) -> str:
    """Return a module of about so many lines."""
    per_function = _FUNCTION.count("\n")
    return "".join(_FUNCTION.format(number=number) for number in range(max(1, lines // per_function)))


def start(root: Path, level: int) -> subprocess.Popen[str]:
    """Start a watcher; returns when it listens."""
    words = [sys.executable, "-P", "-c", _START, "src", "--watch", "--level", str(level)]
    watcher = subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, text=True)
    assert watcher.stdout is not None
    while "Ctrl-C" not in watcher.stdout.readline():
        if watcher.poll() is not None:
            sys.exit("the watcher has ended")
    return watcher


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
            sys.exit("the file was not instrumented within 30 seconds")
        time.sleep(0.0005)
    return time.perf_counter() - began


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and print a line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("saves", 200), ("lines", 500), ("level", 3), ("files", 50)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spanwright-watch-") as folder:
        root = Path(folder).resolve()
        (root / "src").mkdir()
        (root / "pyproject.toml").touch()
        text = source(options.lines)
        for number in range(options.files):
            (root / f"src/other{number}.py").write_text(source(20))
        path = root / "src/app.py"
        path.write_text(text)
        watcher = start(root, options.level)
        try:
            times = []
            before = cpu_seconds(watcher.pid)
            for number in range(options.saves):
                times.append(save(path, f"{text}# {number}\n".encode(), renames=bool(number % 2)))
                time.sleep(0.03)
            cpu = (cpu_seconds(watcher.pid) - before) / options.saves
        finally:
            watcher.terminate()
            watcher.communicate()
    times = sorted(times[2:])  # the first ones load what is loaded once
    p95 = times[int(0.95 * len(times))]
    print(
        f"{text.count(chr(10)) + 1} lines, level {options.level}, {len(times)} saves: "
        f"median {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms; "
        f"{cpu * 1000:.0f} ms of processor a save (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"
    )


if __name__ == "__main__":
    main()
