from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@71e857c58c6efc53", 2, 11, "enter val error exit line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def f(a):
    try:
        _sw_enter(0, a); _sw_keep(0, a)
        # deeper
  # shallower
# none

        _sw_line(2); x = (a +
1); _sw_var(3, x)
        if _sw_line(4) or (x):

            # inside

            _sw_line(5); y = 1; _sw_var(6, y); _sw_line(7); z = 2; _sw_var(8, z);
        else:
            _sw_line(9); pass
    except: _sw_error(0); raise
    finally: _sw_state(0, a); _sw_exit(0)
    # last

# after

def g():
    try:
        _sw_enter(1)
        _sw_line(10); return _sw_val([
])
    except: _sw_error(1); raise
    finally: _sw_exit(1)
    # trailing
