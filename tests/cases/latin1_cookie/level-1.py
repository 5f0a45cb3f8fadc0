# -*- coding: latin-1 -*-
"""Grüße."""
from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@b65af87a9310cdd3", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def f(größe):
    try:
        _sw_enter(0)
        return "é", größe
    except: _sw_flag(0); raise
    finally: _sw_exit(0)
