from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail, _sw_call, _sw_will, _sw_in, _sw_out = _sw_(__name__, "input.py@aa9c82ba4ed252a3", 2, 57, "enter enter_m ret fail call will in out")  # instrumented, level 3; the original comes back with: uninstrument --restore
@deco(arg())
def around(f, x: note() = 1, *, y=left(alone=1)) -> note():
    try:
        _sw_enter(0, f, x, y)
        @inner(f(x))
        def nested(a=_sw_out(_sw_call(3, f)(x)), *, b: note(f) = _sw_out(_sw_call(4, f)(x))) -> note(f):
            try:
                _sw_enter(1, a, b)
                return _sw_ret(a)
            except: _sw_fail(1); raise

        class Local(_sw_out(_sw_call(5, f)(x)), metaclass=_sw_out(_sw_call(6, f)(x))):
            y = f(x)
            z = [f(i) for i in x]

            def method(self, a=f(x)):
                try:
                    _sw_enter_m(2, self, a)
                    return _sw_ret(_sw_out(_sw_call(7, f)(self)))
                except: _sw_fail(2); raise

        only: note(x)
        one: note(x) = _sw_out(_sw_call(8, f)(x))
        _sw_out(_sw_call(9, f)(x)).y: note(x) = 1
        _sw_out(_sw_call(10, f)(x)).y = _sw_out(_sw_call(11, f)(x))[_sw_out(_sw_call(12, f)(x))] = 2
        _sw_out(_sw_call(13, f)(x))[0] += _sw_out(_sw_call(14, f)(x))
        del _sw_out(_sw_call(15, f)(x))[0], _sw_out(_sw_call(16, f)(x)).y
        a, _sw_out(_sw_call(17, f)(x)).b = _sw_out(_sw_call(18, f)(x)), [_sw_out(_sw_call(19, f)(i)) for i in _sw_out(_sw_call(20, f)(x)) if _sw_out(_sw_call(21, f)(i))]
        later = lambda b=_sw_out(_sw_call(22, f)(x)): _sw_out(_sw_call(23, f)(b))
        more = (_sw_out(_sw_call(24, f)(i)) for i in _sw_out(_sw_call(25, f)(x)) for j in _sw_out(_sw_call(26, f)(i)) if _sw_out(_sw_call(27, f)(j)))
        for _sw_out(_sw_call(28, f)(x)).z in _sw_out(_sw_call(29, f)(x)):
            continue
        while _sw_out(_sw_call(30, f)(x)) and x < _sw_out(_sw_call(31, f)(x)) < _sw_out(_sw_will(32, f)(_sw_in(32, _sw_out(_sw_call(33, f)(x))))):
            break
        with _sw_out(_sw_call(34, f)(x)) as _sw_out(_sw_call(35, f)(x)).y, (_sw_out(_sw_call(36, f)(x))):
            import os.path
        match _sw_out(_sw_call(37, f)(x)):
            case Point(x=1, y=Point()) if _sw_out(_sw_call(38, f)(x)):
                assert _sw_out(_sw_call(39, f)(x)), _sw_out(_sw_call(40, f)(x))
            case {"key": [Point(0), *_]}:
                raise _sw_out(_sw_call(41, f)(x)) from _sw_out(_sw_call(42, f)(x))
        if _sw_out(_sw_call(43, f)(x)):
            _sw_out(_sw_will(44, print)(_sw_out(_sw_call(45, locals)()), _sw_out(_sw_call(46, eval)("f")), _sw_out(_sw_call(47, exec)("f")), _sw_in(44, _sw_out(_sw_call(48, dir)()))))
        elif _sw_out(_sw_call(49, f)(x)): global z
        return _sw_ret((_sw_out(_sw_call(50, f)(x))[_sw_out(_sw_call(51, f)(x)):_sw_out(_sw_call(52, f)(x)), ...], not _sw_out(_sw_call(53, f)(x)), {_sw_out(_sw_call(54, f)(x)): _sw_out(_sw_call(55, f)(x)), **_sw_out(_sw_call(56, f)(x))}),)
    except: _sw_fail(0); raise
