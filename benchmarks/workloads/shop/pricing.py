"""What things cost: discounts, taxes, postage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store import Position

TAXES = {"at": 20, "de": 19, "fr": 20, "it": 22, "ch": 8}
REDUCED = {"at": 10, "de": 7, "fr": 5, "it": 4, "ch": 3}
STEPS = ((10_000, 3), (25_000, 5), (50_000, 8))


@dataclass(frozen=True)
class Rule:
    """So many percent off for articles with a tag, from a number of pieces on."""

    tag: str
    pieces: int
    percent: int

    def applies(self, position: Position) -> bool:
        return self.tag in position.article.tags and position.count >= self.pieces


RULES = (Rule("book", 3, 10), Rule("tea", 5, 12), Rule("toy", 2, 5), Rule("sale", 1, 30), Rule("paper", 10, 15))


def discount(position: Position, rules: Iterable[Rule] = RULES) -> int:
    """The best of the discounts for a position, in cents."""
    best = 0
    for rule in rules:
        if rule.applies(position):
            best = max(best, rule.percent)
    return position.cents * best // 100


def step_discount(cents: int) -> int:
    percent = 0
    for least, step in STEPS:
        if cents >= least:
            percent = step
    return cents * percent // 100


def tax(position: Position, net: int, country: str) -> int:
    rates = REDUCED if "book" in position.article.tags else TAXES
    return net * rates.get(country, 20) // 100


def postage(positions: Iterable[Position], country: str) -> int:
    """Postage goes by pieces: heavy ones count three times."""
    pieces = sum(position.count * (3 if "heavy" in position.article.tags else 1) for position in positions)
    return (450 if country == "at" else 990) + 30 * max(pieces - 5, 0)


@dataclass(frozen=True)
class Total:
    net: int
    discount: int
    tax: int
    postage: int

    @property
    def cents(self) -> int:
        return self.net + self.tax + self.postage


def total(positions: list[Position], country: str) -> Total:
    """Add everything up."""
    net = taxes = off = 0
    for position in positions:
        less = discount(position)
        own = position.cents - less
        net += own
        off += less
        taxes += tax(position, own, country)
    step = step_discount(net)
    return Total(net - step, off + step, taxes, postage(positions, country))


def money(cents: int) -> str:
    """Cents as people write them: 1,234.50."""
    whole, rest = divmod(abs(cents), 100)
    digits = str(whole)
    groups = []
    while digits:
        groups.insert(0, digits[-3:])
        digits = digits[:-3]
    return f"{'-' if cents < 0 else ''}{','.join(groups)}.{rest:02d}"
