"""Calls in calls, over several lines, in every place an expression can stand."""


class Account:
    limit = 10

    def __init__(self, owner):
        self.owner = owner
        self.entries = []

    def add(self, amount, *, note=None):
        if amount > self.limit: raise ValueError(
            f"{self.owner}: {amount} is over "
            f"{self.limit}"
        )
        self.entries.append(amount)
        return self

    @property
    def last(self):
        return self.entries[-1]


def outer(first, second):
    return inner(
        first,
        second=inner(
            second,
            second=None,
        ) if second else 0,
    )


def inner(first, second):
    account = Account("Zoë").add(1).add(2, note="é") \
        .add(
            first, note=len("ü" * 3)
        )
    return account.last / second


def main():
    total = 1 + outer(3, ()) * 2
    return total


main()
