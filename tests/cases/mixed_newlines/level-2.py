from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@39e1116b349e3da6", 2, 2, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
import os
def f(a):
    try:
        _sw_enter(0, a)
        x = 1
        return _sw_ret(x)
    except: _sw_fail(0); raise

def g(b):
    try:
        _sw_enter(1, b)
        y = 1
        return _sw_ret(y)
    except: _sw_fail(1); raise