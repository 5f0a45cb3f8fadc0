"""A byte order mark."""


def double(number):
    return 2 * number


class Shelf:
    def count(self):
        return double(21)
