def count(n):
    """Count."""
    for i in range(n):
        yield i


def receives():
    got = yield
    while True:
        got = (yield got)
        total = yield got, 1
        yield(total)
        yield[1]
        x = [(yield (yield 1)), (yield)]


def delegates(items):
    result = yield from inner(items)
    yield from(items)
    return result


def ends_early(n):
    if n:
        return
    yield 1
    return n


def cleans_up(lock):
    with lock:
        yield 1
    with (lock, other as o,):
        yield 2
    with (yield 3) as x:
        pass
    with open("a") as (a, b):
        try:
            yield 4
        except ValueError: pass
        except (KeyError, TypeError) as e:
            # first a comment
            raise e
        else:
            yield 5
        finally:
            print("done")


def one_line(): yield 1


def after_docstring():
    "Docstring."; yield 1


def lambda_inside():
    return lambda: (yield)


def default_yields():
    def inner(a=(yield 1)):
        return a
