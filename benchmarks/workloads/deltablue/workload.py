"""Runs pyperformance's deltablue."""

from __future__ import annotations

import deltablue


def run() -> int:
    """Do the work once; the result is the same every time."""
    for _ in range(5):
        deltablue.delta_blue(100)
    return 1
