from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_call, _sw_out, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@bd8f54112196b955", 2, 11, "enter val error exit call out var let keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def captures(x, y):
    try:
        _sw_enter(0, x, y); _sw_keep(0, x, y)
        match x:
            case 1 | 2:
                return _sw_val(1)
            case [a, *rest] if rest: _sw_var(1, a, rest); _sw_out(_sw_call(2, print, a)(a), a)
            case {"k": v, **others}:
                _sw_var(3, v, others); _sw_out(_sw_call(4, print, v)(v), v)
            case Point(x=px, y=0) as point:
                _sw_var(5, px, point)
                while px: px -= 1; _sw_var(6, px)
            case (str() as s) | [s]:
                _sw_var(7, s); return _sw_val(s)
            case other if (n := _sw_let(9, other)):
                _sw_var(8, other); return _sw_val(n)
            case _:
                pass
        match x, y:
            case _, b: _sw_var(10, b); pass
        match(x):
            case 1: pass
        match *x, y:
            case [*_]: ...
        match x if x else y:
            case None: pass
        match -1:
            case -1: return
    except: _sw_error(0); raise
    finally: _sw_state(0, x, y); _sw_exit(0)
