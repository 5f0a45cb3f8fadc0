"""Rounds of calls, exceptions and generators: each has ten activations of functions, and leaves nothing behind."""

from collections.abc import Iterator


def turn(number: int) -> int:
    """A trace of its own: one activation, and nine below it."""
    total = leaf(number) + leaf(number + 1) + sum(each(3))
    try:
        fails(number)
    except ValueError as error:
        total += len(error.args)
    for value in each(9):
        total += value
        break
    return total + deeper([number, str(number)])


def leaf(number: int) -> int:
    return number + 1


def fails(number: int) -> None:
    try:
        raises({"number": number})
    except KeyError as error:
        raise ValueError("no", number) from error


def raises(named: dict[str, int]) -> None:
    raise KeyError(named["number"])


def each(count: int) -> Iterator[int]:
    for number in range(count):
        yield 2 * number


def deeper(values: list[object]) -> int:
    return leaf(len(values)) + last(values=values, end=None)


def last(**named: object) -> int:
    return len(named)
