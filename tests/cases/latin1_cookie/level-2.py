# -*- coding: latin-1 -*-
"""Grüße."""
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@e03aa717d7ac3593", 2, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def f(größe):
    try:
        _sw_enter(0, größe)
        return _sw_ret(("é", größe),)
    except: _sw_fail(0); raise
