"""Module."""
from __future__ import annotations
from __future__ import division as d; x = 1
from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@2eca20565658edca", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore

import os
def f(): 
    try: _sw_enter(0); return x
    except: _sw_flag(0); raise
    finally: _sw_exit(0)
