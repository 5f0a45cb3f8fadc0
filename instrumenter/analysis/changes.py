"""Which functions behave otherwise: given the same, they return something else or pass on something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from instrumenter.analysis.alignment import TOP, Alignment, Pair, outcome_of, params_of
from instrumenter.analysis.sides import Key, Side

RECEIVERS = ("self", "cls")


@dataclass(slots=True)
class Change:
    """A function that does otherwise."""

    key: Key
    count: int = 0
    """How many pairs of calls show it."""
    compared: int = 0
    """Of how many with the same parameters."""
    example: Pair | None = None
    passed: Pair | None = None
    """Of a function that passes on something else: the first call that was given it."""


@dataclass(slots=True)
class Changes:
    """What has changed in parameters and results."""

    results: list[Change] = field(default_factory=list)
    """Functions that return, or raise, something else for the same parameters, though nothing below them does; methods
    only where nothing did before, for what was in their object is not known."""
    arguments: list[Change] = field(default_factory=list)
    """Functions that, given the same, call others with other arguments."""
    following: list[Key] = field(default_factory=list)
    """Functions whose results changed because those of others did."""
    inputs: list[Pair] = field(default_factory=list)
    """Roots that were called with other parameters."""


def changes(first: Side, second: Side, alignment: Alignment) -> Changes:
    """What the pairs of an alignment say; functions only, through calls of what is not instrumented."""
    return _Judge(first, second, alignment.pairs).judge()


class _Judge:
    def __init__(self, first: Side, second: Side, pairs: Sequence[Pair]) -> None:
        self._first, self._second, self._pairs = first, second, pairs
        size = len(pairs)
        self._input = bytearray(size)
        """1 where a pair's parameters differ."""
        self._outcome = bytearray(size)
        """1 where its result or error differs."""
        self._tainted = bytearray(size)
        """1 where its outcome differs, or that of anything below it."""
        self._below: dict[int, list[int]] = {}
        """The pairs of functions directly below a pair of functions."""

    def judge(self) -> Changes:
        found: dict[str, dict[Key, Change]] = {"result": {}, "arguments": {}}
        compared: dict[Key, int] = {}
        following: dict[Key, None] = {}
        self._compare()
        earliest = self._earliest()
        for index, pair in enumerate(self._pairs):
            if not self._is_function(pair) or self._input[index]:
                continue
            key = self._first.key(pair.first)
            compared[key] = compared.get(key, 0) + 1
            passed = self._passes_else(index)
            if passed is not None:
                _note(found["arguments"], key, pair, self._pairs[passed])
            elif self._outcome[index] and self._follows(index, earliest):
                following[key] = None
            elif self._outcome[index]:
                _note(found["result"], key, pair)
        for kind in found.values():
            for change in kind.values():
                change.compared = compared[change.key]
        own = set(found["result"]) | set(found["arguments"])
        return Changes(
            list(found["result"].values()), list(found["arguments"].values()),
            [key for key in following if key not in own], self._inputs(),
        )  # fmt: skip

    def _is_function(self, pair: Pair) -> bool:
        return self._first.columns.subject(pair.first).is_function

    def _compare(self) -> None:
        above: list[int] = []
        """Of each pair the pair of functions it is directly below."""
        for index, pair in enumerate(self._pairs):
            over = pair.above
            if over != TOP and not self._is_function(self._pairs[over]):
                over = above[over]
            above.append(over)
            if not self._is_function(pair):
                continue
            self._below.setdefault(over, []).append(index)
            self._input[index] = params_of(self._first, pair.first) != params_of(self._second, pair.second)
            ours, theirs = outcome_of(self._first, pair.first), outcome_of(self._second, pair.second)
            self._outcome[index] = ours != theirs
        for index in range(len(self._pairs) - 1, -1, -1):
            self._tainted[index] |= self._outcome[index]
            if self._tainted[index] and above[index] != TOP:
                self._tainted[above[index]] = 1

    def _earliest(self) -> int:
        """When the first call ended that did otherwise."""
        ends = self._first.columns.ends
        return min(
            (ends[pair.first] for pair, differs in zip(self._pairs, self._outcome, strict=True) if differs), default=0
        )

    def _follows(self, index: int, earliest: int) -> bool:
        """Whether something below a pair did otherwise; of a method, anything before, which its object may know of."""
        if any(self._tainted[one] for one in self._below.get(index, ())):
            return True
        place = self._pairs[index].first
        params = self._first.columns.span(place).function.params
        return bool(params) and params[0] in RECEIVERS and self._first.columns.starts[place] >= earliest

    def _passes_else(self, index: int) -> int | None:
        """The first call of a pair that was given something else though no call before it did otherwise.

        A call that did may have left a mark in what the next is given, whatever it returned itself.
        """
        for one in self._below.get(index, ()):
            if self._input[one]:
                return one
            if self._tainted[one]:
                return None
        return None

    def _inputs(self) -> list[Pair]:
        return [self._pairs[one] for one in self._below.get(TOP, ()) if self._input[one]]


def _note(found: dict[Key, Change], key: Key, pair: Pair, passed: Pair | None = None) -> None:
    change = found.setdefault(key, Change(key, example=pair, passed=passed))
    change.count += 1
