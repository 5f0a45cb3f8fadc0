"""A library."""
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_flag, _sw_exit = _sw_(__name__, "lib.py@8767f6a561ad65c9", 2, 2, "enter ret fail flag exit")  # instrumented, level 2; the original comes back with: uninstrument --restore


def double(x):
    try:
        _sw_enter(0, x)
        return _sw_ret(2 * x)
    except: _sw_fail(0); raise


def half(x):
    try:
        _sw_enter(1)
        return x / 2
    except: _sw_flag(1); raise
    finally: _sw_exit(1)
