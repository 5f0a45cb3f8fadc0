"""Asking git, through its command line; paths are bytes as git has them, relative to the work tree's top."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from instrumenter.errors import StorageError, UsageError

# In a hook these speak of the hook's repository, and would mislead git about any other.
_OF_ONE_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
)


@dataclass(frozen=True)
class Repository:
    """A work tree: the main one, one of `git worktree`, or a submodule's."""

    top: Path

    @classmethod
    def of(cls, path: Path) -> Repository:
        """Return the one that a file or folder lies in; UsageError if there is none, or no git."""
        repository = cls.around(path) or cls(path if path.is_dir() else path.parent)
        done = repository.run("rev-parse", "--show-toplevel")
        if done.returncode:
            said = os.fsdecode(done.stderr).strip().removeprefix("fatal: ")
            raise UsageError("no-repository", f"{path}: in no git repository with a work tree ({said})")
        return cls(Path(os.fsdecode(done.stdout.removesuffix(b"\n"))))

    @classmethod
    def around(cls, path: Path) -> Repository | None:
        """Return the one that a file or folder seems to lie in, by the look of its folders; git is not asked."""
        place = _real(path)
        return next((cls(folder) for folder in (place, *place.parents) if (folder / ".git").exists()), None)

    def name(self, path: Path) -> bytes:
        """Return a path as git has it; a link is not followed. The top itself is `.`."""
        return os.fsencode(_real(path).relative_to(self.top).as_posix())

    def path(self, name: bytes) -> Path:
        """Return where the file of this name is."""
        return self.top / os.fsdecode(name)

    def ask(self, *words: str | bytes, data: bytes = b"", fine: Iterable[int] = (0,)) -> bytes:
        """Return what git answers; StorageError with what it says if it refuses."""
        done = self.run(*words, data=data)
        if done.returncode not in fine:
            said = os.fsdecode(done.stderr).strip() or f"exit code {done.returncode}"
            raise StorageError("git-failed", f"git {os.fsdecode(words[0])}: {said}")
        return done.stdout

    def run(
        self, *words: str | bytes, data: bytes = b"", index: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git at the top; UsageError if there is none."""
        try:
            return subprocess.run(
                ["git", *words], cwd=self.top, input=data, capture_output=True, env=self.environment(index)
            )
        except FileNotFoundError:
            raise UsageError("no-git", "the command git was not found; install it, or put it into PATH") from None

    def environment(self, index: Path | None = None) -> dict[str, str]:
        """Return the environment for git; `index`: another index file than the repository's."""
        environment = dict(os.environ)
        here = Repository.around(Path.cwd())
        if here is not None and here.top != self.top:
            for name in _OF_ONE_REPOSITORY:
                environment.pop(name, None)
        return environment if index is None else {**environment, "GIT_INDEX_FILE": os.fspath(index)}

    def file(self, name: str) -> Path:
        """Return where git keeps one of its own files: `index`, `info/attributes`."""
        answer = self.ask("rev-parse", "--git-path", name).removesuffix(b"\n")
        return self.top / os.fsdecode(answer)


def fields(answer: bytes) -> list[bytes]:
    """Split what git answers with `-z`."""
    return answer.split(b"\0")[:-1]


def _real(path: Path) -> Path:
    """Resolve the folders, and a link to a folder of the project's, but not a link that is a tracked file."""
    return path.resolve() if path.is_dir() and not path.is_symlink() else path.parent.resolve() / path.name
