"""try, else and finally, each of which may fail."""


def cleanup(fails):
    if fails:
        raise OSError("cleanup")


def body(fails):
    try:
        return 1 / fails
    finally:
        cleanup(not fails)


def loop():
    for n in range(3):
        try:
            if n == 1:
                continue
            body(n)
        except ZeroDivisionError:
            raise
        else:
            n.missing
        finally: print("once", n)


def replaced():
    try:
        {}["first"]
    finally:
        try:
            {}["second"]
        finally:
            {}["third"]


def in_else():
    try:
        pass
    except ValueError:
        pass
    else:
        return [].pop()
    finally:
        cleanup(False)


def in_handler():
    try:
        body(1).x
    except (AttributeError, *cleanup.__defaults__):
        pass


def swallowed():
    try:
        body(0)
    except OSError as error:
        kept = error
    del kept.__traceback__
    kept.nothing


def reraised():
    try:
        try:
            body(0)
        except OSError as error:
            error.args = ("changed",)
            raise error
        finally:
            pass
    except (KeyError,
            OSError) as error:
        raise error.__context__


def main():
    errors = []
    for attempt in (lambda: body(0), loop, replaced, in_else, in_handler, swallowed, reraised):
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
