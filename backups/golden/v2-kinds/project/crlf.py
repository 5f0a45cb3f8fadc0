"""Newlines of Windows."""
from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail, _sw_call, _sw_out = _sw_(__name__, "crlf.py@34d86b56bfd15a17", 2, 3, "enter enter_m ret fail call out")  # instrumented, level 3; the original comes back with: uninstrument --restore


def double(number):
    try:
        _sw_enter(0, number)
        return _sw_ret(2 * number)
    except: _sw_fail(0); raise


class Shelf:
    def count(self):
        try:
            _sw_enter_m(1, self)
            return _sw_ret(_sw_out(_sw_call(2, double)(21)))
        except: _sw_fail(1); raise
