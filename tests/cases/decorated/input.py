import functools


@functools.lru_cache(maxsize=None)
def cached(n):
    return n


@decorate(lambda x: x, key=[1,
                            2])
# a comment among the decorators
@second
def twice(): return "value"


@contextmanager
def managed():
    yield 1
