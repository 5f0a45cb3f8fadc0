"""Module."""
from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@f0e1a302b44d0ba0", 2, 6, "enter val error exit line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
import os


def f(a):
    """Doc."""
    try:
        _sw_enter(0, a); _sw_keep(0, a)
        _sw_line(2); x = """a
b"""; _sw_var(3, x)
        _sw_line(4); return _sw_val(x)
    except: _sw_error(0); raise
    finally: _sw_state(0, a); _sw_exit(0)


def g(): 
    try: _sw_enter(1); _sw_line(5); return _sw_val(1)
    except: _sw_error(1); raise
    finally: _sw_exit(1)
