"""The levels, and which one counts where nothing is said."""

from __future__ import annotations

LEVELS = range(6)
DEFAULT_LEVEL = 2
