"""What the tool takes for granted about a project, what its `tracing.yaml` and its settings say."""

from instrumenter.settings._excludes import LeftOut, left_out
from instrumenter.settings._levels import DEFAULT_LEVEL, LEVELS
from instrumenter.settings._root import VAULT_FOLDER, find_root, find_vault
from instrumenter.settings._rules import NO_RULES, TRACING_YAML, Rule, Rules, read_rules
from instrumenter.settings._settings import Setting, Settings, read_settings, strangers

__all__ = [
    "DEFAULT_LEVEL", "LEVELS", "NO_RULES", "TRACING_YAML", "VAULT_FOLDER",
    "LeftOut", "Rule", "Rules", "Setting", "Settings", "find_root", "find_vault", "left_out", "read_rules",
    "read_settings", "strangers",
]  # fmt: skip
