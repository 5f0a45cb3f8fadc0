"""Runs pyperformance's nbody."""

from __future__ import annotations

import nbody


def run() -> int:
    """Do the work once; the bodies go on from where they were, so the result only says that they moved."""
    before = nbody.report_energy()
    nbody.advance(0.01, 20_000)
    return int(abs(nbody.report_energy() - before) < 0.01)
