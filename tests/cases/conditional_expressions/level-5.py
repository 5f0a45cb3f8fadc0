from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_will, _sw_in, _sw_out, _sw_line, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@be8a1560550504cd", 2, 70, "enter val error exit gen pause resume call will in out line var let keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def arms(a, b, c):
    _sw_s = _sw_gen(0, a, b, c); _sw_keep(_sw_s, a, b, c)
    try:
        _sw_line(3); x = (_sw_line(5) or (a)) if c else (_sw_line(6) or (b)); _sw_var(4, x)
        _sw_line(7); y = (_sw_line(9) or (a)) if c else (_sw_line(10) or ((_sw_line(11) or (b)) if b else (_sw_line(12) or (c)))); _sw_var(8, y)
        _sw_line(13); z = (_sw_line(15) or (((_sw_line(16) or (a)) if c else (_sw_line(17) or (b))))) if c else (_sw_line(18) or ((a))); _sw_var(14, z)
        _sw_line(19); w = (_sw_line(21) or ((_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))))) if c else (_sw_line(22) or (_sw_out(_sw_call(23, f, a)(a), a))); _sw_var(20, w)
        if _sw_line(24) or ((_sw_line(25) or (a)) if b else (_sw_line(26) or (c))): _sw_line(27); pass
        _sw_line(28); _sw_out(_sw_will(29, print)((_sw_line(30) or (a)) if b else (_sw_line(31) or (c)), k=_sw_in(29, [(_sw_line(32) or (i)) if i else (_sw_line(33) or (0)) for i in a]), *((_sw_line(34) or (j)) if j else (_sw_line(35) or (1)) for j in b)))
        _sw_line(36); _sw_out(_sw_will(37, print)(_sw_in(37, f"{(_sw_line(38) or (a)) if b else (_sw_line(39) or (c))!r:>{(_sw_line(40) or (c)) if a else (_sw_line(41) or (b))}} {a if b else c=}")))
        _sw_line(42); g = lambda: (_sw_line(44) or (a)) if b else (_sw_line(45) or (c)); _sw_var(43, g)
        _sw_line(46); a.b = _sw_let(47, (1, (_sw_line(48) or (2)) if c else (_sw_line(49) or (3))),)
        _sw_line(50)
        def inner(p=(_sw_line(51) or (a)) if b else (_sw_line(52) or (c)), *, q: (a if b else c) = 1): 
            try: _sw_enter(1, p, q); _sw_keep(1, p, q); _sw_line(53); return _sw_val(p)
            except: _sw_error(1); raise
            finally: _sw_state(1, p, q); _sw_exit(1)
        _sw_line(54)
        class C((_sw_line(55) or (a)) if b else (_sw_line(56) or (c))): d = a if b else c
        _sw_line(57); return(_sw_val)(_sw_s, (_sw_line(58) or ((a)))if(c)else(_sw_line(59) or ((b))))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, a, b, c); _sw_exit(_sw_s)


def in_cases(x):
    try:
        _sw_enter(2, x); _sw_keep(2, x)
        match _sw_line(60) or (x):
            case 1 if ((_sw_line(61) or (x)) if x else (_sw_line(62) or (1))): _sw_line(63); pass
        try: _sw_line(64); _sw_line(65); pass
        except _sw_line(66) or (((_sw_line(67) or (A)) if x else (_sw_line(68) or (B)))): _sw_line(69); pass
    except: _sw_error(2); raise
    finally: _sw_state(2, x); _sw_exit(2)
