from spanwright import probes as _sw69d719_; _sw69d719_enter, _sw69d719_ret, _sw69d719_fail = _sw69d719_(__name__, "input.py@37f790524c34884d", 2, 1, "enter ret fail")  # instrumented, level 3; the original comes back with: uninstrument --restore
_sw_ = 1


def f(_sw_enter):
    try:
        _sw69d719_enter(0, _sw_enter)
        return _sw69d719_ret(_sw_enter)
    except: _sw69d719_fail(0); raise
