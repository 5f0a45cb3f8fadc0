from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@35f15ec0df5d51fb", 2, 8, "enter val error exit line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
import os
def f(a):
    try:
        _sw_enter(0, a); _sw_keep(0, a)
        _sw_line(2); x = 1; _sw_var(3, x)
        _sw_line(4); return _sw_val(x)
    except: _sw_error(0); raise
    finally: _sw_state(0, a); _sw_exit(0)

def g(b):
    try:
        _sw_enter(1, b); _sw_keep(1, b)
        _sw_line(5); y = 1; _sw_var(6, y)
        _sw_line(7); return _sw_val(y)
    except: _sw_error(1); raise
    finally: _sw_state(1, b); _sw_exit(1)