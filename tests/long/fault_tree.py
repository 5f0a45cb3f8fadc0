"""The tree on which commands are cut short: small files of every kind, what became of them, and what must hold then."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from instrumenter import rewrite
from instrumenter.errors import RewriteError
from instrumenter.settings import VAULT_FOLDER
from instrumenter.vault import Vault, digest

_STAMP = 1_600_000_000_123_456_789
_BODY = """\
'''Number {0}.'''


def first_{0}(x):
    y = x + {0}
    return y


class Kind{0}:
    def get(self):
        return first_{0}(2)
"""
_LONG = 240
_EDIT = b"\n# an edit\n"
_EVERY = 5  # the files with an edit in them, where there are such


def _mixed(source: str) -> bytes:
    return b"".join(line + (b"\r\n", b"\n")[n % 2] for n, line in enumerate(source.encode().split(b"\n")[:-1]))


KINDS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "mixed": _mixed,
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "latin": lambda text: b"# -*- coding: latin-1 -*-\n" + f"{text}\nCAF\xe9 = 'caf\xe9'\n".encode("latin-1"),
    "no_newline": lambda text: text.encode()[:-1],
    "empty": lambda _: b"",
    "executable": lambda text: b"#!/usr/bin/env python\n" + text.encode(),
    "read_only": lambda text: text.encode(),
    "private": lambda text: text.encode(),
    "naïve_имя_名": lambda text: text.encode(),
    "l" * _LONG: lambda text: text.encode(),
    "byte_\udcff": lambda text: text.encode(),
    "linked": lambda text: text.encode(),
    "attribute": lambda text: text.encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "form_feed": lambda text: text.replace("\n\n\n", "\n\n\x0c\n").encode(),
    "future": lambda text: b"from __future__ import annotations\n" + text.encode(),
    "coroutine": lambda text: f"{text}\n\nasync def wait(x):\n    await x\n".encode(),
    "deep": lambda text: text.encode(),
}
_MODES = {"executable": 0o755, "read_only": 0o444, "private": 0o600}


@dataclass(frozen=True)
class File:
    """A file as its owner has it."""

    source: bytes
    mode: int
    mtime_ns: int


@dataclass
class Tree:
    """What the files of a tree have to come back to, `older` what they were before an edit, and its links."""

    files: dict[str, File] = field(default_factory=dict)
    older: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def problems(self, root: Path, start: dict[str, bytes]) -> Iterator[str]:
        """Say what is lost: no file is anything but its source or a twin of it, and then the vault has the source."""
        backups = Vault.seen(root).backups
        for name, file in self.files.items():
            data = _bytes(root / name)
            if data is None:
                yield f"{name} is gone"
            elif data != file.source and stripped(data) != file.source:
                yield f"{name} is neither its original nor a twin of it"
            elif data not in (file.source, start[name]) and backups.get(digest(file.source)) != file.source:
                yield f"the vault does not have the original of {name}"
        for name, source in self.older.items():
            if backups.get(digest(source)) != source:
                yield f"the vault does not have {name} as it was before the edit"
        for name, target in self.links.items():
            if not (root / name).is_symlink() or os.fspath((root / name).readlink()) != target:
                yield f"the link {name} is not what it was"

    def unsettled(self, root: Path, start: dict[str, bytes]) -> Iterator[str]:
        """Say where manifest and tree differ, and what was left lying about, once a command went through."""
        if (root / VAULT_FOLDER / "journal").exists():
            yield "the journal is still there"
        entries = Vault.seen(root).entries
        for name, file in self.files.items():
            data, entry = _bytes(root / name), entries.get(name)
            if data is None or (entry is None and data != file.source):
                yield f"{name} is no original, and no twin is recorded"
            elif data == start[name]:
                continue  # perhaps an edited twin that no command has come to
            elif entry is not None and (entry.twin != digest(data) or entry.original != digest(file.source)):
                yield f"{name} is not the twin that is recorded"
        yield from (f"{name} was left behind" for name in leftovers(root))

    def now(self, root: Path) -> Tree:
        """Return the same with the times that the files have now: where there is no vault, nothing has the others."""
        files = {
            name: File(file.source, file.mode, (root / name).stat().st_mtime_ns) for name, file in self.files.items()
        }
        return Tree(files, {}, self.links)

    def unstripped(self, root: Path) -> Iterator[str]:
        """Say what is not its source or has another mode, once the probes were taken out without a vault."""
        for name, file in self.files.items():
            if (root / name).read_bytes() != file.source:
                yield f"{name} is not its source"
            elif stat.S_IMODE((root / name).stat().st_mode) != file.mode:
                yield f"{name} has another mode"
        yield from (f"{name} was left behind" for name in leftovers(root))

    def differences(self, root: Path) -> Iterator[str]:
        """Say what is not as its owner had it, once everything was restored."""
        for name, file in self.files.items():
            info = (root / name).stat()
            now = File((root / name).read_bytes(), stat.S_IMODE(info.st_mode), info.st_mtime_ns)
            if now != file:
                yield f"{name}: {_difference(now, file)}"
        if Vault.seen(root).entries:
            yield "the manifest still has entries"


def make_tree(root: Path, number: int) -> Tree:
    """Write so many files, of every kind in turn."""
    tree = Tree()
    root.mkdir(parents=True)
    (root / "pyproject.toml").write_bytes(b"")
    for place in range(number):
        kind = list(KINDS)[place % len(KINDS)]
        name = f"part{place % 7}/{'a/b/c/' if kind == 'deep' else ''}{kind}_{place}.py"
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(KINDS[kind](_BODY.format(place)))
        if kind == "linked":
            tree.links[f"link_{place}.py"] = name
            (root / f"link_{place}.py").symlink_to(name)
        if kind == "attribute":
            with contextlib.suppress(OSError):  # not on every file system
                os.setxattr(path, "user.kind", b"kept")
        path.chmod(_MODES.get(kind, 0o644))
        os.utime(path, ns=(_STAMP + place, _STAMP + place))
        tree.files[name] = File(path.read_bytes(), _MODES.get(kind, 0o644), _STAMP + place)
    return tree


def edit(root: Path, tree: Tree) -> Tree:
    """Add a line to some of the twins; return what has to come of it."""
    edited = Tree(dict(tree.files), dict(tree.older), tree.links)
    for name in list(tree.files)[::_EVERY]:
        path, file = root / name, tree.files[name]
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(0o644)
        twin = path.read_bytes() + _EDIT
        source = stripped(twin)
        if source is None or source == file.source:
            raise AssertionError(f"{name}: the edit of this check cannot be stripped")
        path.write_bytes(twin)
        path.chmod(mode)
        os.utime(path, ns=(_STAMP, _STAMP))
        edited.older[name] = file.source
        edited.files[name] = File(source, file.mode, _STAMP)
    return edited


def copy(template: Path, root: Path) -> None:
    """Make a tree that is the template to the last attribute."""
    remove(root)
    subprocess.run(["cp", "-a", os.fspath(template), os.fspath(root)], check=True)


def remove(root: Path) -> None:
    """Take a tree away."""
    if root.exists():
        shutil.rmtree(root)


def contents(root: Path, tree: Tree) -> dict[str, bytes]:
    """Return the bytes of all files."""
    return {name: (root / name).read_bytes() for name in tree.files}


def leftovers(root: Path) -> list[str]:
    """Name the temporary files in the tree; those within the vault mean nothing."""
    return [os.fspath(path) for path in root.rglob("*.new") if VAULT_FOLDER not in path.parts]


@cache
def stripped(data: bytes) -> bytes | None:
    """Return a twin without its probes; None if it is none."""
    try:
        return rewrite.strip(data)
    except RewriteError:
        return None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _difference(now: File, file: File) -> str:
    if now.source != file.source:
        return "other bytes"
    return f"mode {now.mode:o}, time {now.mtime_ns} instead of {file.mode:o}, {file.mtime_ns}"
