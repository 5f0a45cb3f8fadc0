"""A long day at the editor, compressed: thousands of saves of every kind, then a change of branches, under one watcher.

    python tests/long/watch_session.py [--saves 10000] [--switched 2000]

Each file has to be the recorded twin of its last save, no save may lead to more than one write, and the watcher may
neither keep descriptors nor grow by more than 20 MB. After `git checkout` of that many files all have to be twins again
within the time that `instrument` takes for them plus two seconds.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from long_harness import CheckFailedError, Findings, Project, finish, parser, project

from instrumenter.vault import Vault, digest

sys.path.insert(0, str(Path(__file__).parents[1] / "watch"))
from watching import SAVERS, is_twin_of

_FILES = 15  # saved in one go; few enough to be done in the watcher's own process
_PATIENCE = 120.0  # seconds
_MEGABYTE = 1 << 20


class Watcher:
    """`instrument src --watch` as a child process; what it says is gathered."""

    def __init__(self, project: Project) -> None:
        start = "import sys; sys.argv[0] = 'instrument'; from instrumenter.cli.instrument import main; sys.exit(main())"
        words = [sys.executable, "-P", "-c", start, "src", "--watch", "--level", "2"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, cwd=project.root, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        wait(lambda: any("Ctrl-C" in line for line in self.lines), "the watcher listens")

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self.lines.extend(iter(said.readline, ""))

    @property
    def writes(self) -> int:
        """How many files it says to have written."""
        one = sum(": instrumented, " in line or ": is its original" in line for line in list(self.lines))
        many = (re.match(r"(\d+) files instrumented", line) for line in list(self.lines))
        return one + sum(int(found[1]) for found in many if found)

    @property
    def memory(self) -> int:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * 4096

    @property
    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(_PATIENCE)


@contextmanager
def watching(project: Project) -> Iterator[Watcher]:
    watcher = Watcher(project)
    try:
        yield watcher
    finally:
        watcher.process.kill()
        watcher.process.wait()
        watcher.reader.join()


def wait(condition: Callable[[], bool], what: str, *, pause: float = 0.01, patience: float = _PATIENCE) -> None:
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise CheckFailedError(f"{what}: not within {patience:.0f} seconds")
        time.sleep(pause)


def are_twins(root: Path, sources: dict[Path, bytes]) -> bool:
    """Say whether each file is the recorded twin of its source."""
    entries = Vault.seen(root).entries
    for path, source in sources.items():
        entry = entries.get(path.relative_to(root).as_posix())
        if entry is None or entry.original != digest(source) or entry.twin != digest(path.read_bytes()):
            return False
    return True


def source(number: int, at: int) -> bytes:
    return b"def function_%d(x):\n    y = x + %d\n    return y\n" % (number, at)


def session(project: Project, saves: int, findings: Findings) -> None:
    """Save again and again, each time in another way, as soon as all are twins."""
    choice = random.Random(4)
    src = project.root / "src"
    src.mkdir()
    sources = {src / f"module{number}.py": source(number, -1) for number in range(_FILES)}
    for path, data in sources.items():
        path.write_bytes(data)
    with watching(project) as watcher:
        memory = descriptors = 0
        before = watcher.writes
        for turn in range(saves // _FILES):
            if turn == saves // _FILES // 10:
                memory, descriptors = watcher.memory, watcher.descriptors
            for number, path in enumerate(sources):
                sources[path] = source(number, turn)
                choice.choice(SAVERS)(path, sources[path])
            wait(lambda: are_twins(project.root, sources), f"round {turn}: every file is the twin of its last save")
        done = saves // _FILES * _FILES
        wait(lambda: watcher.writes - before >= done, "it says what it wrote")
        grown = (watcher.memory - memory) / _MEGABYTE
        findings.expect(all(is_twin_of(*pair) for pair in sources.items()), f"after {done} saves every file is a twin")
        findings.equal(watcher.writes - before, done, "every save led to one write")
        left = watcher.descriptors - descriptors
        findings.expect(left < 5, f"{left:+} descriptors since the first tenth")
        findings.expect(grown < 20, f"{grown:+.1f} MB of memory since the first tenth")
        findings.equal([line for line in watcher.lines if "[" in line], [], "it complained of nothing")
        findings.equal(watcher.end(), 0, "it ended well")
    findings.expect(restored(sources.items()), "the originals are back")


def restored(sources: Iterable[tuple[Path, bytes]]) -> bool:
    return all(path.read_bytes() == data for path, data in sources)


def git(project: Project, *words: str) -> None:
    settings = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", *settings, *words], cwd=project.root, check=True, capture_output=True)


def branches(project: Project, switched: int, findings: Findings) -> None:
    """Change branches under the watcher; every file is another one then."""
    paths = [project.root / f"src/part{number % 20}/module{number}.py" for number in range(switched)]
    git(project, "init", "-q")
    for at, branch in enumerate(("first", "second")):
        git(project, "checkout", "-q", "-b", branch)
        for number, path in enumerate(paths):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source(number, at) * 10)
        git(project, "add", "-A")
        git(project, "commit", "-q", "-m", branch)
    project.command("instrument", "src", "--level", "2")
    git(project, "checkout", "-q", "-f", "first")
    began = time.monotonic()
    project.command("instrument", "src", "--level", "2")
    alone = time.monotonic() - began
    sources = {path: source(number, 1) * 10 for number, path in enumerate(paths)}
    with watching(project) as watcher:
        before = watcher.writes
        git(project, "checkout", "-q", "-f", "second")
        began = time.monotonic()
        wait(lambda: watcher.writes - before >= switched, "it says that it has done them all", pause=0.1)
        wait(lambda: are_twins(project.root, sources), "all are twins again")  # not before: this takes half a core
        took = time.monotonic() - began
        findings.expect(
            took < alone + 2, f"{switched} files are twins {took:.1f} s after git; instrument took {alone:.1f} s"
        )
        print("".join(f"  it said: {line}" for line in watcher.lines if "files instrumented" in line), end="")
        findings.equal(watcher.end(), 0, "it ended well")
    findings.expect(restored(sources.items()), "the originals are back")


def check(saves: int, switched: int, core: str | None = None) -> Findings:
    findings = Findings()
    with project(core) as one:
        session(one, saves, findings)
    with project(core) as other:
        branches(other, switched, findings)
    return findings


if __name__ == "__main__":
    made = parser(__doc__)
    made.add_argument("--saves", type=int, default=10_000)
    made.add_argument("--switched", type=int, default=2_000)
    options = made.parse_args()
    finish(lambda: check(options.saves, options.switched, options.core))
