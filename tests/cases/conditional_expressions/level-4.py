from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_will, _sw_in, _sw_out, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@3424841e3f02146c", 2, 11, "enter val error exit gen pause resume call will in out var keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def arms(a, b, c):
    _sw_s = _sw_gen(0, a, b, c); _sw_keep(_sw_s, a, b, c)
    try:
        x = a if c else b; _sw_var(3, x)
        y = a if c else b if b else c; _sw_var(4, y)
        z = (a if c else b) if c else (a); _sw_var(5, z)
        w = (_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))) if c else _sw_out(_sw_call(7, f, a)(a), a); _sw_var(6, w)
        if a if b else c: pass
        _sw_out(_sw_will(8, print)(a if b else c, k=_sw_in(8, [i if i else 0 for i in a]), *(j if j else 1 for j in b)))
        _sw_out(_sw_will(9, print)(_sw_in(9, f"{a if b else c!r:>{c if a else b}} {a if b else c=}")))
        g = lambda: a if b else c; _sw_var(10, g)
        a.b = 1, 2 if c else 3
        def inner(p=a if b else c, *, q: (a if b else c) = 1): 
            try: _sw_enter(1, p, q); _sw_keep(1, p, q); return _sw_val(p)
            except: _sw_error(1); raise
            finally: _sw_state(1, p, q); _sw_exit(1)
        class C(a if b else c): d = a if b else c
        return(_sw_val)(_sw_s, (a)if(c)else(b))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, a, b, c); _sw_exit(_sw_s)


def in_cases(x):
    try:
        _sw_enter(2, x); _sw_keep(2, x)
        match x:
            case 1 if (x if x else 1): pass
        try: pass
        except (A if x else B): pass
    except: _sw_error(2); raise
    finally: _sw_state(2, x); _sw_exit(2)
