from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@d43bde21e7d35940", 2, 2, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def f(a):
    try:
        _sw_enter(0, a)
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
    except: _sw_fail(0); raise
    else: _sw_ret()
    # last

# after

def g():
    try:
        _sw_enter(1)
        return _sw_ret([
])
    except: _sw_fail(1); raise
    # trailing
