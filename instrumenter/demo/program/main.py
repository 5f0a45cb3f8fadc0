"""A small library's lending desk: import the books, look them up, serve a month of requests, report.

Usage: python main.py [DATABASE]   (without one the database lives in memory)
"""

import asyncio
import json
import sys
from pathlib import Path

from desk import catalogue, lending, report, stock

DATA = Path(__file__).parent / "data"


def import_books(shelf):
    """Put every book of the list on the shelf; return how many copies that makes."""
    copies = 0
    for book in stock.read_books(DATA / "books.csv"):
        shelf.add(book)
        copies += book.copies
    return copies


def serve(counter, requests):
    """Serve the requests in turn; return the refusals, for the report."""
    refusals = []
    for request in requests:
        try:
            counter.serve(request)
        except lending.Refused as refusal:
            refusals.append(refusal)
    return refusals


def main(database=":memory:"):
    requests = json.loads((DATA / "requests.json").read_text(encoding="utf-8"))
    with stock.Shelf(database) as shelf:
        copies = import_books(shelf)
        found = asyncio.run(catalogue.look_up(shelf.books()))
        shelf.describe(found)
        counter = lending.Counter(shelf)
        refusals = serve(counter, requests)
        report.show(shelf, counter, copies, refusals)


if __name__ == "__main__":
    main(*sys.argv[1:2])
