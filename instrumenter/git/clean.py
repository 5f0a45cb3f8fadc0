"""From what the work tree has of a file to what git is to have of it."""

from __future__ import annotations

import os
from pathlib import Path

from instrumenter import rewrite
from instrumenter.errors import SpanwrightError
from instrumenter.rewrite.dial import Dial
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
        path = self.top / os.fsdecode(name)
        known = self._vault(path)
        if known is None:
            return rewrite.take_out(data)
        vault, originals = known
        kept = vault.backups.get(originals.get(digest(data), ""))
        return self._edited(vault, path, data) if kept is None else kept

    def _vault(self, path: Path) -> tuple[Vault, dict[str, str]] | None:
        """Look a file's vault up, which takes a hundredth of the time; what is kept there is checked by digest."""
        root = find_root(path)
        if root not in self._vaults:
            self._vaults[root] = _twins(root)
        return self._vaults[root]

    def _edited(self, vault: Vault, path: Path, data: bytes) -> bytes:
        entry = vault.entry(path)
        before = vault.backups.get(entry.original) if entry is not None else None
        if entry is None or before is None:
            return rewrite.take_out(data)
        return rewrite.take_out_edit(data, before, Dial.parse(entry.plan or str(entry.level)), path.name)


def _twins(root: Path) -> tuple[Vault, dict[str, str]] | None:
    """Return a vault and its originals' digests by those of their twins; None if it cannot be read."""
    try:
        vault = Vault.seen(root)
    except SpanwrightError:
        return None
    return vault, {entry.twin: entry.original for entry in vault.entries.values()}
