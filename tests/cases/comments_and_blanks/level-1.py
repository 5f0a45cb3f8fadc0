from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@3de909762a695806", 2, 2, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def f(a):
    try:
        _sw_enter(0)
        # deeper
  # shallower
# none

        x = (a +
1)
        if x:

            # inside

            y = 1; z = 2;
        else:
            pass
    except: _sw_flag(0); raise
    finally: _sw_exit(0)
    # last

# after

def g():
    try:
        _sw_enter(1)
        return [
]
    except: _sw_flag(1); raise
    finally: _sw_exit(1)
    # trailing
