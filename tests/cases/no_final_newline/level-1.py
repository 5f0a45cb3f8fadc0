from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@de3a65e1ff64160f", 2, 2, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def f():
    try:
        _sw_enter(0)
        def g():
            try:
                _sw_enter(1)
                return 1
            except: _sw_flag(1); raise
            finally: _sw_exit(1)
    except: _sw_flag(0); raise
    finally: _sw_exit(0)