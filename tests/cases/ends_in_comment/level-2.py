from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@b188fbef56105455", 2, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def f():
    try:
        _sw_enter(0)
        return _sw_ret(1) # end
    except: _sw_fail(0); raise