"""The runtime's table of settings and its parser, imported without the runtime: that would load a recorder in here."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

__all__ = [
    "DURATION", "ENV_FILE", "FILE_NAME", "KEYS", "NAMES", "PREFIX", "SECTIONS", "Key", "Kind", "Problem", "in_file",
    "refusal", "size",
]  # fmt: skip

if TYPE_CHECKING:
    from spanwright._kinds import DURATION, Kind, size
    from spanwright._settings import KEYS, PREFIX, SECTIONS, Key
    from spanwright._sources import ENV_FILE, FILE_NAME, Problem, in_file, refusal
    from spanwright._told import NAMES
else:
    # A package of another name with the same folder: `spanwright/__init__.py`, which chooses a core, does not run.
    _beside = ModuleType(f"{__name__}.runtime")
    _beside.__path__ = list(find_spec("spanwright").submodule_search_locations)
    sys.modules[_beside.__name__] = _beside
    for _part in ("_kinds", "_settings", "_sources", "_told"):
        _module = import_module(f"{_beside.__name__}.{_part}")
        globals().update((name, value) for name, value in vars(_module).items() if name in __all__)
