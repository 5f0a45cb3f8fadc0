from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@c1b84360a3d75c6c", 2, 1, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def f():
    try:
        _sw_enter(0)
        return 1 # end
    except: _sw_flag(0); raise
    finally: _sw_exit(0)