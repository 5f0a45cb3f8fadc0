"""match statements: subjects, patterns, guards and bodies that fail."""


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self._y = y

    @property
    def y(self):
        return 1 / self._y


class Wrong:
    __match_args__ = ["x"]


def kind(value):
    match value:
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y) if x.real > y:
            return x.missing
        case {"n": n, **rest} if n / len(rest):
            return rest[n]
        case [a, *_] if a.ready(): return a
        case (str() | bytes()) as text:
            raise ValueError(text)
        case Wrong(1):
            return 1
        case int(n):
            return kind(
                [n][n]
            )


def subject(values):
    match values["kind"], len(
        values
    ):
        case _:
            pass


def main():
    errors = []
    for value in (Point(0, 0), Point(3, 1), Point("x", 1), {"n": 1}, {"n": 1, "m": 2}, [1, 2], "text", Wrong(), 7):
        try:
            kind(value)
        except Exception as error:
            errors.append(error)
    try:
        subject({})
    except KeyError as error:
        errors.append(error)
    raise ExceptionGroup("all", errors)


main()
