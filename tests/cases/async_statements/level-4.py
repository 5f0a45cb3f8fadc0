from spanwright import probes as _sw_; _sw_val, _sw_error, _sw_exit, _sw_co, _sw_agen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_await, _sw_awith, _sw_aiter, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@c2bd073584dd29a6", 2, 28, "val error exit co agen pause resume call out await awith aiter var let keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
async def coroutine(x):
    _sw_s = _sw_co(0, x); _sw_keep(_sw_s, x)
    try:
        y = await _sw_await(_sw_s, 3, x); _sw_var(_sw_s, 2, y)
        async with _sw_awith(_sw_s, 4, x) as y, _sw_awith(_sw_s, 6, x): _sw_var(_sw_s, 5, y); pass
        async with (_sw_awith(_sw_s, 7, x), _sw_awith(_sw_s, 8, y) as z):
            _sw_var(_sw_s, 9, z); _sw_out(_sw_call(10, print, z)(z), z)
        async for i in _sw_aiter(_sw_s, 12, x): _sw_var(_sw_s, 11, i); _sw_out(_sw_call(13, print, i)(i), i)
        async for i, j in _sw_aiter(_sw_s, 15, x):
            _sw_var(_sw_s, 14, i, j)
            def inner(): pass
        else:
            x.y = z = 1; _sw_var(_sw_s, 16, z)
        if (n := _sw_let(_sw_s, 17, await _sw_await(_sw_s, 18, x))): pass
        a = [x if x else n async for x in _sw_aiter(_sw_s, 20, y) if (m := _sw_let(_sw_s, 21, x))]; _sw_var(_sw_s, 19, a)
        b = lambda: (x if x else y); _sw_var(_sw_s, 22, b)
        c = (x if x else y for x in y if (m := _sw_let(24, x))); _sw_var(_sw_s, 23, c)
        return _sw_val(_sw_s, a if b else c)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, x); _sw_exit(_sw_s)


async def generator(x):
    _sw_s = _sw_agen(1, x)
    try:
        try:
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x)))
        except ValueError as e:
            _sw_resume(_sw_s)
            _sw_var(_sw_s, 25, e); x += 1; _sw_var(_sw_s, 26, x)
        while x:
            y = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x))); _sw_var(_sw_s, 27, y)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
