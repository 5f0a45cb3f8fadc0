"""What it takes to call a builtin function from Python code: the part of a probe's cost that the probe does not see."""

from itertools import repeat
from time import perf_counter_ns

_CALLS, _ROUNDS = 1000, 7


def of_a_call() -> int:
    """Measure what a thousand calls take that do nothing, in ns; it takes less than a millisecond."""
    # The quickest of each, since whatever disturbs the machine disturbs some rounds.
    return max(0, min(_calls() for _ in repeat(None, _ROUNDS)) - min(_nothing() for _ in repeat(None, _ROUNDS)))


def _calls() -> int:
    call, began = callable, perf_counter_ns()
    for _ in repeat(None, _CALLS):
        call(0)
    return perf_counter_ns() - began


def _nothing() -> int:
    began = perf_counter_ns()
    for _ in repeat(None, _CALLS):
        pass
    return perf_counter_ns() - began
