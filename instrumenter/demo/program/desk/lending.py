"""The counter: books go out for two weeks, come back, and cost a fine when late."""

from dataclasses import dataclass
from datetime import date, timedelta

TERM = timedelta(days=14)
CENTS_A_DAY = 10


class Refused(Exception):
    """A request that cannot be served: what was asked, and what the member can do instead."""

    def __init__(self, message, context, suggestion):
        super().__init__(message)
        self.context = context
        self.suggestion = suggestion


@dataclass
class Loan:
    member: str
    book: str
    since: date

    @property
    def due(self):
        return self.since + TERM


class Counter:
    """Where members are served; `loans` are the books that are out, `fines` the cents that members owe."""

    def __init__(self, shelf):
        self.shelf = shelf
        self.loans = {}
        self.fines = {}

    def serve(self, request):
        day = date.fromisoformat(request["day"])
        action = self.lend if request["action"] == "lend" else self.take_back
        return action(request["member"], request["book"], day)

    def lend(self, member, number, day):
        book = self.shelf.find(number)
        if not book.copies:
            raise self.refusal(member, book, day)
        self.shelf.move(number, -1)
        self.loans[member, number] = Loan(member, number, day)
        return book.label

    def refusal(self, member, book, day):
        due = min(loan.due for loan in self.loans.values() if loan.book == book.number)
        return Refused(
            f"no copy of {book.label} is left",
            context={"member": member, "book": book.number, "day": day.isoformat()},
            suggestion=f"ask again on {due:%d %B}, when a copy is due",
        )

    def take_back(self, member, number, day):
        """Put the book back on the shelf; return the fine in cents."""
        loan = self.loans.pop((member, number))
        self.shelf.move(number, +1)
        fine = max((day - loan.due).days, 0) * CENTS_A_DAY
        if fine:
            self.fines[member] = self.fines.get(member, 0) + fine
        return fine
