"""A small project that is watched in a thread of the test, ways in which editors save, and waiting for conditions."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from instrumenter import api, rewrite
from instrumenter.engine.discover import Choice
from instrumenter.engine.targets import Target
from instrumenter.vault import Vault, digest
from instrumenter.watch.loop import Manner, OnExit, Watcher
from instrumenter.watch.status import Said

DEADLINE = 30.0  # seconds; only a test that fails waits so long
ONE = b'"""One."""\n\n\ndef double(x):\n    return 2 * x\n'
TWO = b"class Two:\n    def get(self):\n        return 2\n"


def until(condition: Callable[[], bool], what: object = "") -> None:
    """Wait for a condition; fails if it does not come true."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, f"did not come true: {what() if callable(what) else what}"
        time.sleep(0.005)


def is_twin_of(path: Path, source: bytes) -> bool:
    """Say whether a file is a twin of this original now."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return rewrite.read_header(data) is not None and rewrite.strip(data) == source


@dataclass
class Watched:
    """A watcher of `root/src` in a thread; what it says is in `lines`."""

    root: Path
    level: int | None = 2
    poll: float | None = None
    takes_new: bool = True
    reinstruments: bool = True
    on_exit: OnExit = OnExit.RESTORE
    targets: tuple[str, ...] = ("src",)
    out: io.StringIO = field(default_factory=io.StringIO)
    code: int | None = None

    def __enter__(self) -> Watched:
        choice = Choice(tuple(Target.parse(str(self.root / target)) for target in self.targets))
        said = Said(self.out, lambda path: path.relative_to(self.root).as_posix())
        manner = Manner(self.on_exit, self.poll)
        self.watcher = Watcher(choice, api.Options(level=self.level), manner, said, self.takes_new, self.reinstruments)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        until(lambda: self.has_said("Ctrl-C"), lambda: self.lines)
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.end()
        self.thread.join(DEADLINE)
        assert not self.thread.is_alive()

    def _run(self) -> None:
        self.code = self.watcher.run()

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()

    def has_said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def says(self, words: str) -> None:
        """Wait until a line with these words has come."""
        until(lambda: self.has_said(words), lambda: (words, self.lines))

    def makes(self, path: Path, source: bytes) -> None:
        """Wait until the file is the recorded twin of this original."""
        until(lambda: self._is_recorded(path) and is_twin_of(path, source), lambda: (path, self.lines))

    def _is_recorded(self, path: Path) -> bool:
        entry = Vault.seen(self.root).entry(path)
        return entry is not None and path.exists() and digest(path.read_bytes()) == entry.twin

    def settles(self) -> None:
        """Wait until all that has happened by now has been looked at: a file made later is a twin."""
        last = self.root / "src" / "last_of_all.py"
        number = int(time.monotonic_ns())
        source = b"def last():\n    return %d\n" % number
        in_place(last, source)
        self.makes(last, source)


def make_project(root: Path) -> Path:
    """Make the project; gives its folder `src`."""
    src = root / "src"
    src.mkdir()
    (root / "pyproject.toml").write_bytes(b"")
    (src / "one.py").write_bytes(ONE)
    (src / "two.py").write_bytes(TWO)
    return src


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def in_pieces(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        for place in range(0, len(data), 20):
            file.write(data[place : place + 20])
            file.flush()


def truncated_first(path: Path, data: bytes) -> None:
    path.write_bytes(b"")
    path.write_bytes(data)


def write_and_rename(path: Path, data: bytes) -> None:
    beside(path, ".tmp").write_bytes(data)
    beside(path, ".tmp").replace(path)


def backup_and_rename(path: Path, data: bytes) -> None:
    path.rename(beside(path, "~"))
    path.write_bytes(data)


def vim(path: Path, data: bytes) -> None:
    """Vim with 'writebackup': it probes the folder with a file called 4913."""
    probe = path.with_name("4913")
    probe.write_bytes(b"")
    probe.unlink()
    path.rename(beside(path, "~"))
    path.write_bytes(data)
    path.chmod(0o644)
    beside(path, "~").unlink()


def vim_copying(path: Path, data: bytes) -> None:
    """Vim with 'backupcopy'."""
    beside(path, "~").write_bytes(path.read_bytes())
    path.write_bytes(data)
    beside(path, "~").unlink()


def jetbrains(path: Path, data: bytes) -> None:
    beside(path, "___jb_tmp___").write_bytes(data)
    path.rename(beside(path, "___jb_old___"))
    beside(path, "___jb_tmp___").rename(path)
    beside(path, "___jb_old___").unlink()


def vscode(path: Path, data: bytes) -> None:
    """Visual Studio Code's atomic save: through a hidden file, flushed."""
    temporary = path.with_name(f".{path.stem}.vsctmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def emacs(path: Path, data: bytes) -> None:
    lock = path.with_name(f".#{path.name}")
    lock.symlink_to("somebody@here.1234")
    beside(path, "~").unlink(missing_ok=True)
    path.rename(beside(path, "~"))
    path.write_bytes(data)
    lock.unlink()


def deleted_first(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


SAVERS: tuple[Callable[[Path, bytes], None], ...] = (
    in_place, in_pieces, truncated_first, write_and_rename, backup_and_rename,
    vim, vim_copying, jetbrains, vscode, emacs, deleted_first,
)  # fmt: skip
