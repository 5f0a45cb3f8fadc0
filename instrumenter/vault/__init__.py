"""Keeps originals, replaces files in the order that loses nothing, and gives every byte back.

`backups/FORMAT.md` specifies what is on the disk.
"""

from instrumenter.vault._backups import Backups
from instrumenter.vault._change import Change, Refusal
from instrumenter.vault._disk import Seen, digest, read
from instrumenter.vault._manifest import Entry
from instrumenter.vault._vault import Vault

__all__ = ["Backups", "Change", "Entry", "Refusal", "Seen", "Vault", "digest", "read"]
