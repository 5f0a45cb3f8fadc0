from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@84159b5169cd3253", 2, 3, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def f(
    a,
    b,
) -> (
    int
):  # comment
    try:
        _sw_enter(0)
        return a
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


class A(
    object,
):
    def method(
        self): 
        try: _sw_enter(1); return (
            1
        )
        except: _sw_flag(1); raise
        finally: _sw_exit(1)


def backslash(a): \
    
    try: _sw_enter(2); return a
    except: _sw_flag(2); raise
    finally: _sw_exit(2)
