"""Whether two sets of durations differ by more than chance: the Mann-Whitney test, which asks for no distribution."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_EXACT = 20
"""Up to so many values on each side without ties, the chance is counted out; beyond, the normal curve is close."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two sets differ."""

    chance: float
    """How likely a difference at least so large is where there is none."""
    superiority: float
    """How often a value of the second set is greater than one of the first, ties counted half: 0.5 is no difference."""


def mann_whitney(first: Sequence[int], second: Sequence[int]) -> Difference:
    """The two-sided test; neither set may be empty."""
    m, n = len(first), len(second)
    ordered, values = sorted(first), sorted(second)
    twice = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in values)
    superiority = twice / (2 * m * n)
    ties = _ties(sorted([*ordered, *values]))
    if not ties and m <= _EXACT and n <= _EXACT:
        return Difference(_exact(m, n, min(twice // 2, m * n - twice // 2)), superiority)
    total = m + n
    variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return Difference(1.0, superiority)
    off = max(abs(twice / 2 - m * n / 2) - 0.5, 0) / math.sqrt(variance)
    return Difference(math.erfc(off / math.sqrt(2)), superiority)


def _ties(ordered: Sequence[int]) -> int:
    """The sum of t³ - t over groups of t equal values."""
    total, at = 0, 0
    while at < len(ordered):
        end = bisect_right(ordered, ordered[at], at)
        total += (end - at) ** 3 - (end - at)
        at = end
    return total


def _exact(m: int, n: int, u: int) -> float:
    """How likely a U of at most this is, on either side: out of all orders that there are."""
    ways = [1] + [0] * (m * n)
    for one in range(1, m + 1):
        for at in range(m * n, n + one - 1, -1):
            ways[at] -= ways[at - n - one]
        for at in range(one, m * n + 1):
            ways[at] += ways[at - one]
    return min(2 * sum(ways[: u + 1]) / math.comb(m + n, m), 1.0)


def surest(m: int, n: int) -> float:
    """The least chance that so many values can come to: with few of them nothing is sure."""
    return min(2 / math.comb(m + n, m), 1.0) if m + n < 200 else 0.0


def median(values: Sequence[int]) -> float:
    """The middle value; 0 of none."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
