"""Runs pyperformance's richards."""

from __future__ import annotations

from richards import Richards


def run() -> int:
    """Do the work once; the result is the same every time."""
    return int(Richards().run(1))
