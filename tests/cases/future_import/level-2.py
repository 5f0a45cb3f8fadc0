"""Module."""
from __future__ import annotations
from __future__ import division as d; x = 1
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@e926ec52e35c40cf", 2, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore

import os
def f(): 
    try: _sw_enter(0); return _sw_ret(x)
    except: _sw_fail(0); raise
