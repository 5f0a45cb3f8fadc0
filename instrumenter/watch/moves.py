"""Twins that were renamed or moved: the vault is told where they are now, whether or not they change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from instrumenter.engine.discover import Found
from instrumenter.vault import Vault


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
    """Give the new places by the old ones; several files may hold the same twin."""
    before = dict(vault.entries)
    vault.follow(strangers)
    vault.keep_moves()
    left = {entry.twin: vault.path(entry) for key, entry in before.items() if key not in vault.entries}
    came = [entry for key, entry in vault.entries.items() if key not in before]
    return {left[entry.twin]: vault.path(entry) for entry in came}
