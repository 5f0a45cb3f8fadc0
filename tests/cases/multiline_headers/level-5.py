from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_keep, _sw_state = _sw_(__name__, "input.py@d95adac54ff62e45", 2, 6, "enter enter_m val error exit line keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def f(
    a,
    b,
) -> (
    int
):  # comment
    try:
        _sw_enter(0, a, b); _sw_keep(0, a, b)
        _sw_line(3); return _sw_val(a)
    except: _sw_error(0); raise
    finally: _sw_state(0, a, b); _sw_exit(0)


class A(
    object,
):
    def method(
        self): 
        try: _sw_enter_m(1, self); _sw_line(4); return _sw_val((
            1
        ))
        except: _sw_error(1); raise
        finally: _sw_exit(1)


def backslash(a): \
    
    try: _sw_enter(2, a); _sw_keep(2, a); _sw_line(5); return _sw_val(a)
    except: _sw_error(2); raise
    finally: _sw_state(2, a); _sw_exit(2)
