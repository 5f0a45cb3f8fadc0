"""What the tool takes for granted about a project: where its root is and which folders hold no code of its own."""

from instrumenter.settings._excludes import LeftOut, left_out
from instrumenter.settings._root import VAULT_FOLDER, find_root, find_vault

__all__ = ["VAULT_FOLDER", "LeftOut", "find_root", "find_vault", "left_out"]
