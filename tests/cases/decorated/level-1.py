from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit, _sw_gen, _sw_pause, _sw_resume = _sw_(__name__, "input.py@80ee43ef92230557", 2, 3, "enter flag exit gen pause resume")  # instrumented, level 1; the original comes back with: uninstrument --restore
import functools


@functools.lru_cache(maxsize=None)
def cached(n):
    try:
        _sw_enter(0)
        return n
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


@decorate(lambda x: x, key=[1,
                            2])
# a comment among the decorators
@second
def twice(): 
    try: _sw_enter(1); return "value"
    except: _sw_flag(1); raise
    finally: _sw_exit(1)


@contextmanager
def managed():
    _sw_s = _sw_gen(2)
    try:
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)
