from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_call, _sw_out, _sw_line, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@13e0f14d4aed3026", 2, 32, "enter val error exit call out line var let keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def captures(x, y):
    try:
        _sw_enter(0, x, y); _sw_keep(0, x, y)
        match _sw_line(1) or (x):
            case 1 | 2:
                _sw_line(2); return _sw_val(1)
            case [a, *rest] if rest: _sw_var(3, a, rest); _sw_line(4); _sw_out(_sw_call(5, print, a)(a), a)
            case {"k": v, **others}:
                _sw_var(6, v, others); _sw_line(7); _sw_out(_sw_call(8, print, v)(v), v)
            case Point(x=px, y=0) as point:
                _sw_var(9, px, point)
                while _sw_line(10) or (px): _sw_line(11); px -= 1; _sw_var(12, px)
            case (str() as s) | [s]:
                _sw_var(13, s); _sw_line(14); return _sw_val(s)
            case other if (n := _sw_let(16, other)):
                _sw_var(15, other); _sw_line(17); return _sw_val(n)
            case _:
                _sw_line(18); pass
        match _sw_line(19) or (x, y):
            case _, b: _sw_var(20, b); _sw_line(21); pass
        match(_sw_line)(22) or ((x)):
            case 1: _sw_line(23); pass
        match _sw_line(24) or (*x, y):
            case [*_]: _sw_line(25); ...
        match _sw_line(26) or ((_sw_line(27) or (x)) if x else (_sw_line(28) or (y))):
            case None: _sw_line(29); pass
        match _sw_line(30) or (-1):
            case -1: _sw_line(31); return
    except: _sw_error(0); raise
    finally: _sw_state(0, x, y); _sw_exit(0)
