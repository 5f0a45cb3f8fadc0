from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_line, _sw_keep, _sw_state = _sw_(__name__, "input.py@28e72b2080329231", 2, 6, "enter val error exit gen pause resume line keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
import functools


@functools.lru_cache(maxsize=None)
def cached(n):
    try:
        _sw_enter(0, n); _sw_keep(0, n)
        _sw_line(3); return _sw_val(n)
    except: _sw_error(0); raise
    finally: _sw_state(0, n); _sw_exit(0)


@decorate(lambda x: x, key=[1,
                            2])
# a comment among the decorators
@second
def twice(): 
    try: _sw_enter(1); _sw_line(4); return _sw_val("value")
    except: _sw_error(1); raise
    finally: _sw_exit(1)


@contextmanager
def managed():
    _sw_s = _sw_gen(2)
    try:
        _sw_line(5); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
