"""Tests of what only the C core, or only the package around the cores, has; the events are tested in tests/runtime."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "runtime"))  # for its reading of segments
