"""What is staged: the files whose index differs from HEAD, and the bytes that the index has of files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from instrumenter.errors import StorageError
from instrumenter.git.repository import Repository, fields

_FILE_MODES = (b"100644", b"100755")  # no links, no submodules
_LARGEST = 64 * 1024 * 1024  # bytes; no Python source that could be instrumented is as long


@dataclass(frozen=True)
class Staged:
    """A file in the index."""

    name: bytes
    mode: bytes
    object: bytes


def changed(repository: Repository) -> list[Staged]:
    """Return the files that the next commit changes or adds."""
    head = repository.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").stdout.strip()
    tree = head or repository.ask("hash-object", "-t", "tree", "--stdin").strip()
    found = fields(
        repository.ask("diff-index", "--cached", "--raw", "-z", "--no-renames", "--diff-filter=AMT", tree, "--")
    )
    rows = zip(found[::2], found[1::2], strict=True)
    files = [Staged(name, *_after(meta)) for meta, name in rows]
    return [file for file in files if file.mode in _FILE_MODES]


def _after(meta: bytes) -> tuple[bytes, bytes]:
    """Read mode and object from `:100644 100755 <before> <after> M`."""
    words = meta.split(b" ")
    return words[1], words[3]


def listed(repository: Repository, paths: Sequence[Path]) -> list[Staged]:
    """Return the files that the index has at or below these paths; those of a merge that is not settled have none."""
    names = [repository.name(path) for path in paths]
    found = []
    for entry in fields(repository.ask("--literal-pathspecs", "ls-files", "-s", "-z", "--", *names)):
        meta, _, name = entry.partition(b"\t")
        mode, object_id, stage = meta.split(b" ")
        if stage == b"0" and mode in _FILE_MODES:
            found.append(Staged(name, mode, object_id))
    return found


def contents(repository: Repository, files: Sequence[Staged]) -> Iterator[tuple[Staged, bytes]]:
    """Yield each file with its bytes in the index; one process answers for all."""
    if not files:
        return
    command = ["git", "cat-file", "--batch"]
    with subprocess.Popen(
        command, cwd=repository.top, env=repository.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for file in files:
            process.stdin.write(file.object + b"\n")
            process.stdin.flush()
            words = process.stdout.readline().split()
            if len(words) != 3:
                raise StorageError(
                    "git-failed", f"git cat-file: {repository.path(file.name)}: its staged bytes are missing"
                )
            size = int(words[2])
            yield file, process.stdout.read(size) if size <= _LARGEST else _skip(process.stdout.read, size)
            process.stdout.read(1)


def _skip(read: Callable[[int], bytes], size: int) -> bytes:
    while size:
        size -= len(read(min(size, _LARGEST)))
    return b""
