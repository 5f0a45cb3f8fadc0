"""A day in the shop: visitors look around, search, fill baskets, order; the owner looks at reports."""

from __future__ import annotations

import random

from app import create_app
from store import Store

THINGS = ("Tea", "Book", "Kettle", "Paper", "Pencil", "Lamp", "Globe", "Puzzle", "Chair", "Map")
KINDS = ("green", "old", "small", "heavy", "wooden", "blue", "fine", "round", "northern", "plain")
TAGS = ("tea", "book", "heavy", "paper", "sale", "toy", "")


def stocked(chance: random.Random) -> Store:
    store = Store()
    rows = []
    for number in range(120):
        title = f"{chance.choice(KINDS)} {chance.choice(THINGS)} no. {number}"
        tags = f"{chance.choice(TAGS)},{chance.choice(TAGS)}"
        rows.append((f"a{number}", title, chance.randrange(100, 9000), chance.randrange(0, 400), tags))
    store.add_articles(rows)
    for number in range(20):
        store.add_customer(f"Customer {number}", f"c{number}@example.org", chance.choice(["at", "de", "fr", "xx"]))
    return store


def visit(client: object, chance: random.Random) -> int:
    """One visitor; returns the bytes that were answered."""
    get, post = client.get, client.post  # type: ignore[attr-defined]
    answers = [post(f"/login/{chance.randint(1, 21)}"), get("/"), get(f"/?tag={chance.choice(TAGS)}")]
    answers.append(get(f"/search?q={chance.choice(KINDS)}+{chance.choice(THINGS).lower()}"))
    for _ in range(chance.randint(1, 4)):
        answers.append(post(f"/basket/a{chance.randrange(125)}", data={"count": str(chance.randint(0, 12))}))
        answers.append(get("/basket"))
    answers.append(post("/order", data={"date": f"2026-01-{chance.randint(1, 28):02d}"}))
    answers.append(get("/orders"))
    return sum(len(answer.data) * answer.status_code for answer in answers)


def run() -> int:
    """Do the work once; the result is the same every time."""
    chance = random.Random(3)
    client = create_app(stocked(chance)).test_client()
    seen = sum(visit(client, chance) for _ in range(25))
    for by in ("article", "country", "tag"):
        seen += len(client.get(f"/report/{by}").data)
    return seen
