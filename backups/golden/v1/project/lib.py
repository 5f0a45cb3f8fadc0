"""A library."""
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "lib.py@47cd7bc84fb9b68f", 1, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore


def double(x):
    try:
        _sw_enter(0, x)
        return _sw_ret(2 * x)
    except: _sw_fail(0); raise
