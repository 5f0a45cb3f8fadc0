"""A request of four calls that do little, one of them the root."""


def request(number):
    return double(double(parse(number)))


def parse(number):
    return number + 1


def double(number):
    return number * 2
