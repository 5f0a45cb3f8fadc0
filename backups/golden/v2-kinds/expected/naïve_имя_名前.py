"""A name that is not ASCII."""


def double(number):
    return 2 * number


class Shelf:
    def count(self):
        return double(21)
