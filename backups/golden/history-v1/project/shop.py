# -*- coding: latin-1 -*-
# é
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "shop.py@bcda4fc28fa699e1", 2, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def price(x): 
    try: _sw_enter(0, x); return _sw_ret(4 * x)
    except: _sw_fail(0); raise