"""From the paths on the command line to the files that are meant."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from instrumenter.engine.globs import NO_GLOBS, Globs
from instrumenter.engine.results import Failed, Skipped
from instrumenter.engine.targets import Target
from instrumenter.errors import UsageError
from instrumenter.settings import VAULT_FOLDER, LeftOut, find_root, left_out

SUFFIXES = (".py", ".pyw")


@dataclass(frozen=True)
class Choice:
    """The targets of a command line and what narrows them. `all_kinds`: tests, vendored and built code too.

    `only`: of what lies below the targets nothing else is looked at, so the folders on the way have to be among it.
    """

    targets: tuple[Target, ...]
    include: Globs = NO_GLOBS
    exclude: Globs = NO_GLOBS
    all_kinds: bool = False
    only: frozenset[Path] | None = None

    def wants(self, file: Path, root: Path) -> bool:
        """Say whether the globs let a file of this project through."""
        relative = glob_path(file, root)
        return not self.exclude.match(relative) and (not self.include or self.include.match(relative))


@dataclass(frozen=True)
class Found:
    """A file that is meant: the real one, whatever links led to it, and the root of the project it belongs to.

    `parts` are the targets that mean functions in it; `whole`: all of it is meant, whatever they say.
    """

    path: Path
    root: Path
    link: Path | None = None
    named: bool = False
    whole: bool = True
    parts: tuple[Target, ...] = ()

    def means(self, function: str) -> bool:
        """Say whether the function of this qualified name is meant."""
        return self.whole or any(part.means(function) for part in self.parts)

    def merged(self, other: Found | None) -> Found:
        """Give what two ways to the same file come to."""
        if other is None:
            return self
        return replace(
            self,
            link=self.link or other.link,
            named=self.named or other.named,
            whole=self.whole or other.whole,
            parts=tuple(dict.fromkeys((*other.parts, *self.parts))),
        )


@dataclass
class Discovery:
    """All that was found; `aside` names what was met and is not taken, `left_out` counts what is by default."""

    files: dict[Path, Found] = field(default_factory=dict)
    aside: list[Skipped | Failed] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


def check_exist(paths: Iterable[Path]) -> None:
    """Raise UsageError if one of the paths does not exist."""
    for path in paths:
        if not path.exists():
            raise UsageError("no-such-path", f"{path}: no such file or folder")


def discover(choice: Choice) -> Discovery:
    """Find the files; UsageError if a path does not exist."""
    check_exist(target.path for target in choice.targets)
    discovery = Discovery()
    for target in choice.targets:
        _Walk(choice, discovery, target).start()
    return discovery


class _Walk:
    """The walk from one target of the command line."""

    def __init__(self, choice: Choice, discovery: Discovery, target: Target) -> None:
        self.choice = choice
        self.discovery = discovery
        self.target = target
        self.start_path = path = target.path
        self.real = path.resolve()
        self.root = find_root(path)
        self.lifted = _lifted(path, self.real, self.root)

    def start(self) -> None:
        if VAULT_FOLDER in self.real.parts:
            self.skip(self.real, "in-vault", "it belongs to a vault")
        elif self.real.is_dir():
            self.walk(self.real, self.root)
        elif self.is_wanted(self.real):
            link = None if self.start_path.absolute() == self.real else self.start_path.absolute()
            self.take(self.real, self.root, link, named=True)

    def walk(self, folder: Path, root: Path) -> None:
        """Go through a folder, in order of names. A folder with a vault of its own is the root of what is below."""
        if (folder / VAULT_FOLDER).is_dir():
            root = folder
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.discovery.aside.append(Failed(folder, "unreadable", f"cannot be read: {error.strerror or error}"))
            return
        for entry in entries:
            path = folder / entry.name
            if self.choice.only is not None and path not in self.choice.only:
                continue
            if entry.is_dir(follow_symlinks=False):
                if self.is_entered(path):
                    self.walk(path, root)
            elif path.suffix in SUFFIXES and self.is_taken(path):
                self.meet(path, root)

    def meet(self, path: Path, root: Path) -> None:
        """Take a file, or the file of the same project that a link leads to."""
        if not path.is_symlink():
            self.take(path, root, None, named=False)
            return
        real = path.resolve()
        if not real.is_relative_to(root):
            self.skip(path, "outside-project", f"links to {real}, outside the project; name that file to include it")
        elif real.exists() and not real.is_dir():
            self.take(real, root, path, named=False)

    def take(self, path: Path, root: Path, link: Path | None, *, named: bool) -> None:
        if path.suffix == ".pyi":
            self.skip(path, "stub-file", "a stub is never run")
        elif left_out(path.parent, is_folder=True) is LeftOut.RUNTIME:
            self.skip(path, "is-recorder", "it is part of the recorder, which cannot record itself")
        elif not path.is_file():
            self.skip(path, "not-a-file", "not a regular file")
        else:
            found = Found(path, root, link, named, not self.target.parts, self.target.parts)
            self.discovery.files[path] = found.merged(self.discovery.files.get(path))

    def skip(self, path: Path, slug: str, reason: str) -> None:
        self.discovery.aside.append(Skipped(path, slug, reason))

    def is_entered(self, folder: Path) -> bool:
        is_excluded = self.choice.exclude.match(glob_path(folder, self.root))
        return not is_excluded and not self.is_left_out(folder, is_folder=True)

    def is_taken(self, file: Path) -> bool:
        return self.is_wanted(file) and not self.is_left_out(file, is_folder=False)

    def is_wanted(self, file: Path) -> bool:
        return self.choice.wants(file, self.root)

    def is_left_out(self, path: Path, *, is_folder: bool) -> bool:
        reason = left_out(path, is_folder=is_folder)
        if reason is None or reason in self.lifted or self.choice.include.name(path):
            return False
        if self.choice.all_kinds and reason is not LeftOut.HIDDEN:
            return False
        if reason not in (LeftOut.HIDDEN, LeftOut.RUNTIME):
            self.discovery.left_out[reason] += 1
        return True


def glob_path(path: Path, root: Path) -> Path:
    """Return the path that globs see: from the current folder on if the project lies below it, else from its root."""
    here = Path.cwd()
    base = here if root.is_relative_to(here) else root
    return path.relative_to(base) if path.is_relative_to(base) else path


def _lifted(path: Path, real: Path, root: Path) -> set[LeftOut]:
    """Who names `tests/unit` or `.venv/lib/.../site-packages/x` means tests, or what is in environments."""
    names: Sequence[str] = (*real.relative_to(root).parts, path.name)
    kinds = {left_out(Path(name), is_folder=True) for name in names if name}
    ancestors = {left_out(folder, is_folder=True) for folder in (real, *real.parents) if folder.is_relative_to(root)}
    return {kind for kind in kinds | ancestors if kind is not None}
