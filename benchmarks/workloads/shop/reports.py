"""What was sold: by article, by country, by tag."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from pricing import money
from store import Store


@dataclass
class Row:
    name: str
    count: int = 0
    cents: int = 0
    countries: Counter[str] = field(default_factory=Counter)

    def add(self, sale: Any) -> None:
        self.count += sale["count"]
        self.cents += sale["cents"]
        self.countries[sale["country"]] += sale["count"]

    def as_json(self) -> dict[str, object]:
        best = self.countries.most_common(1)
        return {"name": self.name, "count": self.count, "sum": money(self.cents), "best": best[0][0] if best else None}


def keys(sale: Any, by: str) -> list[str]:
    """What a sale counts for."""
    match by:
        case "article":
            return [sale["title"]]
        case "country":
            return [sale["country"]]
        case "tag":
            return [tag for tag in sale["tags"].split(",") if tag] or ["none"]
        case _:
            raise ValueError(by)


def report(store: Store, by: str) -> list[dict[str, object]]:
    rows: dict[str, Row] = defaultdict(lambda: Row(""))
    for sale in store.sales():
        for name in keys(sale, by):
            row = rows[name]
            row.name = name
            row.add(sale)
    ordered = sorted(rows.values(), key=lambda row: (-row.cents, row.name))
    return [row.as_json() for row in ordered]


def shares(rows: list[dict[str, Any]]) -> list[tuple[str, float]]:
    """Each row's share of all pieces, in percent."""
    everything = sum(row["count"] for row in rows) or 1
    found = []
    for row in rows:
        share = round(100 * row["count"] / everything, 1)
        found.append((row["name"], share))
    return found
