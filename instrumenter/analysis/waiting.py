"""How much of the time a trace ran, and how much it waited."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict

from instrumenter.analysis.columns import GENERATOR, Columns

_BLOCKS = re.compile(
    r"time\.sleep|select\..*|subprocess\..*|os\.wait.*|input|concurrent\.futures\._base\.wait"
    r"|.*(Thread|Process)\.join|.*(Event|Condition|Barrier|Popen)\.wait|.*([Ll]ock|Semaphore)\.(acquire|__enter__)"
    r"|.*Queue\.get|.*Future\.result|.*[Ss]ocket\.(recv|accept|connect|send).*"
)
"""Calls that wait for something outside the interpreter's own work."""


def waiting_times(columns: Columns, own: array[int]) -> array[int]:
    """How long each span waited in itself, `own` being what it took in itself.

    A coroutine's wait is that of the await in it, where that is known (from level 3 on); calls that are known to
    block count as waiting as a whole. A generator that is paused waits for nothing.
    """
    waits = array("q", (columns.waited(place) if _suspends(columns, place) else 0 for place in range(len(columns))))
    below: defaultdict[int, int] = defaultdict(int)
    for place, parent in enumerate(columns.parents):
        if waits[place]:
            below[parent] += waits[place]
    blocks = [subject.kind == "call" and bool(_BLOCKS.fullmatch(subject.name)) for subject in columns.subjects]
    return array("q", (
        own[place] if blocks[columns.kinds[place]] else min(own[place], max(wait - below.get(place, 0), 0))
        for place, wait in enumerate(waits)
    ))  # fmt: skip


def _suspends(columns: Columns, place: int) -> bool:
    return columns.subject(place).kind != GENERATOR
