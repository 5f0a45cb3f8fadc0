from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@075bf1ea06b40ac4", 1, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def f(a):
    try:
        _sw_enter(0, a)
        return _sw_ret("é")
    except: _sw_fail(0); raise
