# -*- coding: latin-1 -*-
"""Grüße."""
from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_keep, _sw_state = _sw_(__name__, "input.py@be1bac7944776f5a", 2, 2, "enter val error exit line keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def f(größe):
    try:
        _sw_enter(0, größe); _sw_keep(0, größe)
        _sw_line(1); return _sw_val(("é", größe),)
    except: _sw_error(0); raise
    finally: _sw_state(0, größe); _sw_exit(0)
