"""Exception groups, and except*."""


def fail(n):
    if n % 2:
        raise ValueError(n) from (KeyError("k") if n > 2 else None)
    error = TypeError(n)
    error.add_note("even")
    raise error


def collect(count):
    errors = []
    for n in range(count):
        try:
            fail(n)
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("collected", [*errors, ExceptionGroup("inner", errors[1:3])])


def split():
    try:
        collect(4)
    except* TypeError as group:
        raise RuntimeError(len(group.exceptions)) from group
    except* KeyError:
        pass


def main():
    try:
        split()
    except* RuntimeError as group:
        [][len(group.exceptions)]


main()
