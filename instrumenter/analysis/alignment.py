"""Holds two call trees against each other: which call of one is which of the other, and where they differ."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from instrumenter.analysis.sides import Key, Side
from instrumenter.analysis.wholeness import fingerprint

TOP = -1
"""The place above the roots."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A call that both trees have: its places, and the index of the pair above."""

    first: int
    second: int
    above: int


@dataclass(slots=True)
class Branch:
    """Calls of one function below one chain of functions, of which one tree has more."""

    path: tuple[str, ...]
    key: Key
    first: int = 0
    second: int = 0
    moved: str = ""
    """The function that stands between in one tree: `via`; empty where none does."""


@dataclass(slots=True)
class Alignment:
    """Two trees, pair by pair, parents before their children."""

    pairs: list[Pair] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    complete: bool = True
    """Whether all calls were looked at."""


def align(first: Side, second: Side, most: int) -> Alignment:
    """Pair the calls of two trees from the top down, no more than so many.

    Below a pair calls of one function are paired by equal parameters, what is left in the order of time; what is then
    left over is below a function that only one tree has in between, or is a difference.
    """
    return _Aligner(first, second, most).run()


class _Aligner:
    def __init__(self, first: Side, second: Side, most: int) -> None:
        self._first, self._second, self._most = first, second, most
        self._found = Alignment()
        self._paths: dict[tuple[int, str], int] = {}
        """(number of the path above, name) -> number."""
        self._names: list[tuple[int, str]] = []
        self._branches: dict[tuple[int, Key, str], Branch] = {}

    def run(self) -> Alignment:
        waiting = deque(self._below(list(self._first.columns.roots()), list(self._second.columns.roots()), TOP, TOP))
        while waiting:
            if len(self._found.pairs) >= self._most:
                self._found.complete = False
                break
            pair, path = waiting.popleft()
            index = len(self._found.pairs)
            self._found.pairs.append(pair)
            path = self._path(path, self._first.key(pair.first)[1])
            ours = list(self._first.columns.children(pair.first))
            theirs = list(self._second.columns.children(pair.second))
            waiting += self._below(ours, theirs, index, path)
        self._found.branches = [one for one in self._branches.values() if one.first != one.second]
        return self._found

    def _path(self, above: int, name: str) -> int:
        number = self._paths.setdefault((above, name), len(self._names))
        if number == len(self._names):
            self._names.append((above, name))
        return number

    def _spelled(self, path: int) -> tuple[str, ...]:
        names: list[str] = []
        while path >= 0:
            path, name = self._names[path]
            names.append(name)
        return tuple(reversed(names))

    def _below(self, first: Sequence[int], second: Sequence[int], above: int, path: int) -> list[tuple[Pair, int]]:
        """The pairs among the calls below a pair."""
        paired, left, right = self._pair(first, second, above)
        if left and right:
            paired += self._via(self._first, left, self._second, right, above, path, swapped=False)
            paired += self._via(self._second, right, self._first, left, above, path, swapped=True)
        for place in left:
            self._branch(path, self._first.key(place)).first += 1
        for place in right:
            self._branch(path, self._second.key(place)).second += 1
        return [(pair, path) for pair in sorted(paired, key=lambda one: one.first)]

    def _branch(self, path: int, key: Key, moved: str = "") -> Branch:
        short = path, key, moved
        if short not in self._branches:
            self._branches[short] = Branch(self._spelled(path), key, moved=moved)
        return self._branches[short]

    def _pair(self, first: Sequence[int], second: Sequence[int], above: int) -> tuple[list[Pair], list[int], list[int]]:
        """Pairs of calls of the same function, and what is left on both sides."""
        groups: dict[Key, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for place in first:
            groups[self._first.key(place)][0].append(place)
        for place in second:
            groups[self._second.key(place)][1].append(place)
        pairs: list[Pair] = []
        left: list[int] = []
        right: list[int] = []
        for ours, theirs in groups.values():
            alone = len(ours) == len(theirs) == 1
            matched = [(ours[0], theirs[0])] if alone else self._alike(ours, theirs)
            pairs += [Pair(one, other, above) for one, other in matched]
            left += set(ours).difference(one for one, _ in matched)
            right += set(theirs).difference(other for _, other in matched)
        return pairs, sorted(left), sorted(right)

    def _alike(self, ours: list[int], theirs: list[int]) -> list[tuple[int, int]]:
        """Calls of one function: those with equal parameters first, the others in the order of time."""
        if not ours or not theirs:
            return []
        if len(ours) + len(theirs) > self._most:
            return list(zip(ours, theirs, strict=False))
        equal: dict[str, deque[int]] = defaultdict(deque)
        for place in theirs:
            equal[params_of(self._second, place)].append(place)
        matched, rest, taken = [], [], set[int]()
        for place in ours:
            same = equal.get(params_of(self._first, place))
            if same:
                taken.add(same[0])
                matched.append((place, same.popleft()))
            else:
                rest.append(place)
        return matched + list(zip(rest, (place for place in theirs if place not in taken), strict=False))

    def _via(
        self, ones: Side, left: list[int], others: Side, right: list[int], above: int, path: int, *, swapped: bool
    ) -> list[Pair]:  # fmt: skip
        """Pair what is left on one side with what stands one function further down on the other."""
        found: list[Pair] = []
        for between in right[:]:
            children: dict[Key, deque[int]] = defaultdict(deque)
            for child in others.columns.children(between):
                children[others.key(child)].append(child)
            for place in left[:]:
                same = children.get(ones.key(place))
                if same:
                    other = same.popleft()
                    left.remove(place)
                    found.append(Pair(other, place, above) if swapped else Pair(place, other, above))
                    branch = self._branch(path, ones.key(place), others.key(between)[1])
                    branch.first += swapped
                    branch.second += not swapped
        return found


def params_of(side: Side, place: int) -> str:
    """The parameters of a call as a text that is the same for the same values."""
    return ", ".join(f"{name}={fingerprint(value)}" for name, value in side.columns.span(place).params())


def outcome_of(side: Side, place: int) -> str:
    """What came of a call: its result or its error, as such a text; empty where it is not known."""
    span = side.columns.span(place)
    failure = span.brief_failure()
    if failure or span.failed:
        return f"✗ {failure.type if failure else ''}"
    return "".join(fingerprint(value) for value in span.result())
