"""What instrumentation has changed: outcome by outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from .suites import CRASHED, HUNG, Outcomes

MISSING, NEW = "not run", "new"


@dataclass(frozen=True)
class Difference:
    """A test that ended otherwise: how it did before, and how it does now."""

    test: str
    before: str
    after: str
    why: str = ""

    @property
    def kind(self) -> str:
        """Say what counts it in the table."""
        return {HUNG: "hung", CRASHED: "crashed", MISSING: "missing"}.get(self.after, "changed")


@dataclass
class Compared:
    """One level's run beside the original's."""

    level: int
    differences: list[Difference]
    said: list[str] = field(default_factory=list)
    seconds: float = 0.0
    gave_up: str = ""
    not_restored: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Say whether every test ended as it did and every file came back."""
        return not (self.differences or self.gave_up or self.not_restored)

    def text(self) -> str:
        """Give the cell of the table."""
        if self.is_same:
            return "same"
        kinds = [difference.kind for difference in self.differences]
        parts = [f"{kinds.count(kind)} {kind}" for kind in ("changed", "missing", "hung", "crashed") if kind in kinds]
        parts += [self.gave_up] if self.gave_up else []
        parts += [f"{len(self.not_restored)} not restored"] if self.not_restored else []
        return ", ".join(parts)


def flaky(first: Outcomes, second: Outcomes) -> set[str]:
    """Return the tests of the original that did not end alike in its two runs."""
    return {test for test in first.ends.keys() | second.ends.keys() if first.ends.get(test) != second.ends.get(test)}


def differences(original: Outcomes, twin: Outcomes, without: set[str]) -> list[Difference]:
    """Return the tests that ended otherwise, but for those that are flaky."""
    found = []
    for test in sorted((original.ends.keys() | twin.ends.keys()) - without):
        before, after = original.ends.get(test, NEW), twin.ends.get(test, MISSING)
        if before != after:
            found.append(Difference(test, before, after, twin.why.get(test, "")))
    return found
