from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@02c95edcbcfab81e", 2, 2, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
import os
def f(a):
    try:
        _sw_enter(0)
        x = 1
        return x
    except: _sw_flag(0); raise
    finally: _sw_exit(0)

def g(b):
    try:
        _sw_enter(1)
        y = 1
        return y
    except: _sw_flag(1); raise
    finally: _sw_exit(1)