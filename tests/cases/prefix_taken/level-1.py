from spanwright import probes as _sw69d719_; _sw69d719_enter, _sw69d719_flag, _sw69d719_exit = _sw69d719_(__name__, "input.py@01b763be5846d575", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
_sw_ = 1


def f(_sw_enter):
    try:
        _sw69d719_enter(0)
        return _sw_enter
    except: _sw69d719_flag(0); raise
    finally: _sw69d719_exit(0)
