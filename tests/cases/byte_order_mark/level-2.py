from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@927199c008c6693f", 2, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret("é")
    except: _sw_fail(0); raise
