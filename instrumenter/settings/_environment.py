"""Environment variables that switch something on or off."""

from __future__ import annotations

import os

from instrumenter.errors import UsageError

_VALUES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def switch(name: str, default: bool) -> bool:
    """Read a switch from the environment; UsageError if it has another value than on or off, in the usual spellings."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in _VALUES:
        raise UsageError("bad-switch", f"{name}={os.environ[name]}: is neither on nor off; allowed: 1 or 0")
    return _VALUES[text]
