"""Keeps originals, replaces files in the order that loses nothing, and gives every byte back.

`backups/FORMAT.md` specifies what is on the disk.
"""

from instrumenter.vault._backups import Backups
from instrumenter.vault._change import Change, Refusal
from instrumenter.vault._disk import ABSENT, Seen, digest, read
from instrumenter.vault._history import Original, Why
from instrumenter.vault._manifest import Entry
from instrumenter.vault._replace import replace_alone
from instrumenter.vault._vault import Vault

__all__ = [
    "ABSENT",
    "Backups",
    "Change",
    "Entry",
    "Original",
    "Refusal",
    "Seen",
    "Vault",
    "Why",
    "digest",
    "read",
    "replace_alone",
]
