from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@3d2e07596d86f235", 2, 2, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def f():
    try:
        _sw_enter(0)
        def g():
            try:
                _sw_enter(1)
                return _sw_ret(1)
            except: _sw_fail(1); raise
    except: _sw_fail(0); raise
    else: _sw_ret()