"""Which files a command is about, and which vault each belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from instrumenter.engine.discover import Choice, Discovery, Found, check_exist, discover
from instrumenter.engine.results import Failed, Skipped
from instrumenter.settings import LeftOut, find_root, find_vault
from instrumenter.vault import Entry, Vault


@dataclass(frozen=True)
class Plan:
    """The files of a command by the root of their project; what is not taken, and why."""

    files: dict[Path, list[Found]]
    aside: tuple[Skipped | Failed, ...]
    left_out: Counter[LeftOut]

    @property
    def total(self) -> int:
        """Return the number of files."""
        return sum(map(len, self.files.values()))


def plan_instrument(choice: Choice) -> Plan:
    """Find the files to instrument; UsageError if a path does not exist."""
    discovery = discover(choice)
    return _plan(discovery, discovery.files.values())


def plan_restore(choice: Choice) -> Plan:
    """Find the files to restore: those in the paths that a vault knows, and what else is there.

    Without paths: all that the vault of the current folder's project knows. UsageError if a path neither exists nor is
    known.
    """
    if not choice.paths:
        return _plan_all(choice, find_vault(Path.cwd()) or find_root(Path.cwd()))
    there = tuple(path for path in choice.paths if path.exists())
    discovery = discover(replace(choice, paths=there))
    known: dict[Path, Found] = {}
    for path in choice.paths:
        of_path = [found for root in _roots(path, discovery) for found in _known(choice, root, path)]
        if not of_path:
            check_exist([path])
        known |= {found.path: found for found in of_path}
    return _plan(discovery, (discovery.files | known).values())


def _plan_all(choice: Choice, root: Path) -> Plan:
    """All that the vault knows; what is gone may have been moved, so then the project is searched for it."""
    known = {found.path: found for found in _known(choice, root, None)}
    if all(path.exists() for path in known):
        return _plan(Discovery(), known.values())
    discovery = discover(replace(choice, paths=(root,), all_kinds=True))
    return _plan(discovery, (discovery.files | known).values())


def _roots(path: Path, discovery: Discovery) -> set[Path]:
    real = path.resolve()
    return {find_root(path), *(found.root for found in discovery.files.values() if found.path.is_relative_to(real))}


def _known(choice: Choice, root: Path, below: Path | None) -> Iterable[Found]:
    """The files that the vault knows, all or those at or below a path, also one that links once led to."""
    vault = Vault.seen(root)
    for entry in vault.entries.values():
        path = vault.path(entry)
        if (below is None or _lies(entry, vault, below)) and choice.wants(path, root):
            yield Found(path, root, named=True)


def _lies(entry: Entry, vault: Vault, below: Path) -> bool:
    places = [vault.path(entry), *(vault.root / link for link in entry.links)]
    return any(place.is_relative_to(target) for place in places for target in (below.resolve(), below.absolute()))


def _plan(discovery: Discovery, found: Iterable[Found]) -> Plan:
    files: dict[Path, list[Found]] = {}
    for file in sorted(found, key=lambda file: file.path):
        files.setdefault(file.root, []).append(file)
    return Plan(files, tuple(discovery.aside), discovery.left_out)
