"""Twins that were renamed or moved: the vault is told where they are now, whether or not they change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from instrumenter.engine.discover import Found
from instrumenter.vault import Change, Vault, read


def moved(strangers: Iterable[Found]) -> dict[Path, Path]:
    """Write down which of these files, unknown so far, are twins that were moved; gives each by its old place."""
    by_root: dict[Path, list[Path]] = {}
    for found in strangers:
        by_root.setdefault(found.root, []).append(found.path)
    places: dict[Path, Path] = {}
    for root, paths in by_root.items():
        if Vault.seen(root).follow(paths):
            with Vault.opened(root) as vault:
                places |= _hand_over(vault, paths)
    return places


def _hand_over(vault: Vault, strangers: list[Path]) -> dict[Path, Path]:
    """Have the vault know the new places by changes that change no byte, then forget the old ones."""
    before = dict(vault.entries)
    left = [vault.key(path) for path in vault.follow(strangers)]
    after, vault.entries = vault.entries, before
    olds = {before[key].twin: vault.root / key for key in left}
    changes, places = [], {}
    for path in strangers:
        entry = after.get(vault.key(path))
        if entry is not None and entry.twin in olds:
            data, seen = read(path)
            changes.append(Change(path, seen, data, entry, seen.mode))
            places[olds[entry.twin]] = path
    vault.apply(changes)
    vault.forget(left)
    return places
