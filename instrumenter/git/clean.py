"""From what the work tree has of a file to what git is to have of it."""

from __future__ import annotations

import os
from pathlib import Path

from instrumenter import rewrite
from instrumenter.errors import SpanwrightError
from instrumenter.settings import find_root
from instrumenter.vault import Vault, digest


class Cleaner:
    """Gives the originals of twins; anything else passes as it is."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._vaults: dict[Path, tuple[Vault, dict[str, str]] | None] = {}

    def clean(self, name: bytes, data: bytes) -> bytes:
        """Return the original of a twin; `RewriteError` where it cannot be told from an edit."""
        if b"_sw" not in data or not rewrite.has_probes(data):
            return data
        kept = self._kept(name, digest(data))
        return rewrite.take_out(data) if kept is None else kept

    def _kept(self, name: bytes, twin: str) -> bytes | None:
        """Look a twin up in its vault, which takes a hundredth of the time; what is kept there is checked by digest."""
        root = find_root(self.top / os.fsdecode(name))
        if root not in self._vaults:
            self._vaults[root] = _twins(root)
        known = self._vaults[root]
        return known[0].backups.get(known[1][twin]) if known and twin in known[1] else None


def _twins(root: Path) -> tuple[Vault, dict[str, str]] | None:
    """Return a vault and its originals' digests by those of their twins; None if it cannot be read."""
    try:
        vault = Vault.seen(root)
    except SpanwrightError:
        return None
    return vault, {entry.twin: entry.original for entry in vault.entries.values()}
