from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_call, _sw_will, _sw_in, _sw_out = _sw_(__name__, "input.py@78daeaa3094d6ffe", 2, 22, "enter ret fail call will in out")  # instrumented, level 3; the original comes back with: uninstrument --restore
def strings(f, x):
    try:
        _sw_enter(0, f, x)
        a = f"{_sw_out(_sw_call(1, f)(x))} {_sw_out(_sw_will(2, x.f)(_sw_in(2, x['a'])))!r:>{_sw_out(_sw_call(3, f)(x))}} {{f(x)}} {f(x)=} {f(x) = !s:{_sw_out(_sw_call(4, f)(x))}} {x=}"
        b = rf'''
{_sw_out(_sw_call(5, f)(x))
  } \N{_sw_out(_sw_call(6, f)(x))} {f'{_sw_out(_sw_call(7, f)(x))}' f"{x}"} {_sw_out(_sw_call(8, (lambda y: _sw_out(_sw_call(9, f)(y))))(x))}
''' 'plain f(x)' F"{_sw_out(_sw_call(10, f)(x))}"
        c = f"\N{DIGIT ONE}{_sw_out(_sw_will(11, f)(_sw_in(11, (i for i in x),)))} {_sw_out(_sw_will(12, f)(x.y, *_sw_in(12, x))):%Y-{_sw_out(_sw_call(13, f)(x))}} { {1: _sw_out(_sw_call(14, f)(x))}[1] }"
        return _sw_ret(f"{_sw_out(_sw_call(15, f)(x)) != _sw_out(_sw_call(16, f)(x))} {f'{_sw_out(_sw_call(17, f)(x))}':>{_sw_out(_sw_call(18, f)(x))}}" f'{[_sw_out(_sw_call(19, f)(i)) for i in x]}' if f"{_sw_out(_sw_call(20, f)(x))}" else (f"{_sw_out(_sw_call(21, f)(x))}"))
    except: _sw_fail(0); raise
