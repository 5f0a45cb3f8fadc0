from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_from, _sw_call, _sw_will, _sw_will_m, _sw_in, _sw_out = _sw_(__name__, "input.py@d8e67d39023856fa", 2, 36, "enter ret fail error exit gen pause resume from call will will_m in out")  # instrumented, level 3; the original comes back with: uninstrument --restore
def last(f, g, x):
    try:
        _sw_enter(0, f, g, x)
        _sw_out(_sw_will(2, f)(_sw_out(_sw_call(3, g)(x)), _sw_in(2, 1)))
        _sw_out(_sw_will(4, f)(_sw_out(_sw_call(5, g)(x)), *_sw_in(4, x)))
        _sw_out(_sw_will(6, f)(_sw_in(6, x.y)))
        _sw_out(_sw_will(7, f)(k=_sw_in(7, _sw_out(_sw_call(8, g)(x))), *_sw_out(_sw_call(9, g)(x))))
        _sw_out(_sw_will(10, f)(*_sw_out(_sw_call(11, g)(x)), **_sw_out(_sw_call(12, g)(x)), k=_sw_in(10, x[0])))
        _sw_out(_sw_will(13, f)({x: 1}, _sw_in(13, {x})))
        _sw_out(_sw_will(14, f)(_sw_in(14, n := _sw_out(_sw_call(15, g)(x)))))
        _sw_out(_sw_will(16, f)(x, (m := x), key=_sw_in(16, (k := 1))))
        _sw_out(_sw_will(17, f)(_sw_in(17, (i for i in x),)))
        _sw_out(_sw_will(18, f)(_sw_in(18, (i for i in x))))
        _sw_out(_sw_will(19, f)(_sw_in(19, (
            i
            for i in _sw_out(_sw_call(20, g)(x))),)
        ))
        _sw_out(_sw_will(21, f)(x, _sw_in(21, (i for i in _sw_out(_sw_call(22, g)(i))))))
        _sw_out(_sw_will(23, f)(_sw_in(23, lambda a=_sw_out(_sw_call(24, g)(x)), *b: (a, _sw_out(_sw_call(25, g)(b))))))
        _sw_out(_sw_will(26, f)(_sw_in(26, x if x else _sw_out(_sw_call(27, g)(x)))))
        _sw_out(_sw_will(28, f)([*x], -x, f"{x}", _sw_in(28, x and _sw_out(_sw_call(29, g)(x)))))
        _sw_out(_sw_will_m(30, x, "update").update(_sw_in(30, (i for i in x),)))
        return _sw_ret(_sw_out(_sw_call(31, print)(*x, sep='')))
    except: _sw_fail(0); raise


def paused(f):
    _sw_s = _sw_gen(1, f)
    try:
        _sw_out(_sw_will(32, f)(_sw_in(32, (_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))))))
        _sw_out(_sw_will(33, f)(1, (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 2)))), _sw_in(33, (_sw_resume(_sw_s, (yield from _sw_from(_sw_s, _sw_out(_sw_call(34, f)(3)))))))))
        _sw_out(_sw_will(35, f)(*(_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))), k=_sw_in(35, (_sw_resume(_sw_s, (yield _sw_pause(_sw_s)))))))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
