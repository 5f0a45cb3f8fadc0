from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail = _sw_(__name__, "input.py@895b47f8b0f48d2d", 2, 3, "enter enter_m ret fail")  # instrumented, level 3; the original comes back with: uninstrument --restore
def f(
    a,
    b,
) -> (
    int
):  # comment
    try:
        _sw_enter(0, a, b)
        return _sw_ret(a)
    except: _sw_fail(0); raise


class A(
    object,
):
    def method(
        self): 
        try: _sw_enter_m(1, self); return _sw_ret((
            1
        ))
        except: _sw_fail(1); raise


def backslash(a): \
    
    try: _sw_enter(2, a); return _sw_ret(a)
    except: _sw_fail(2); raise
