from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume = _sw_(__name__, "input.py@bfe08e3da265db02", 2, 3, "enter ret fail error exit gen pause resume")  # instrumented, level 2; the original comes back with: uninstrument --restore
import functools


@functools.lru_cache(maxsize=None)
def cached(n):
    try:
        _sw_enter(0, n)
        return _sw_ret(n)
    except: _sw_fail(0); raise


@decorate(lambda x: x, key=[1,
                            2])
# a comment among the decorators
@second
def twice(): 
    try: _sw_enter(1); return _sw_ret("value")
    except: _sw_fail(1); raise


@contextmanager
def managed():
    _sw_s = _sw_gen(2)
    try:
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
