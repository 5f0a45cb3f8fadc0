"""Exceptions that come of exceptions."""


class Refused(Exception):
    def __str__(self):
        return "refused: " + ", ".join(map(str, self.args))


def read(values, key):
    try:
        return values[key]
    except KeyError as error:
        raise LookupError(key) from error


def second(values):
    try:
        return read(values, "a")
    except LookupError:
        return values.pop("b") + \
            1


def third(values):
    try:
        second(values)
    except KeyError as error:
        error.add_note("a note")
        error.add_note("and another\nof two lines")
        try:
            raise Refused(1, 2) from None
        except Refused as refused:
            raise refused.with_traceback(None) from error
    finally:
        values.clear()


def again(values):
    try:
        third(values)
    except Refused:
        raise


def main():
    try:
        again({"c": 1})
    except Refused as refused:
        try:
            int("x")
        except ValueError:
            refused.__suppress_context__ = True
            raise TypeError("last") from refused


main()
