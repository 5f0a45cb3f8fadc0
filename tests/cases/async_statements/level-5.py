from spanwright import probes as _sw_; _sw_val, _sw_error, _sw_exit, _sw_co, _sw_agen, _sw_pause, _sw_resume, _sw_call, _sw_out, _sw_await, _sw_awith, _sw_aiter, _sw_line, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@6793c82832a59027", 2, 59, "val error exit co agen pause resume call out await awith aiter line var let keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
async def coroutine(x):
    _sw_s = _sw_co(0, x); _sw_keep(_sw_s, x)
    try:
        _sw_line(_sw_s, 2); y = await _sw_await(_sw_s, 4, x); _sw_var(_sw_s, 3, y)
        async with _sw_line(_sw_s, 5) or (_sw_awith(_sw_s, 6, x)) as y, _sw_awith(_sw_s, 8, x): _sw_var(_sw_s, 7, y); _sw_line(_sw_s, 9); pass
        async with ((_sw_line)(_sw_s, 10) or (_sw_awith(_sw_s, 11, x)), _sw_awith(_sw_s, 12, y) as z):
            _sw_var(_sw_s, 13, z); _sw_line(_sw_s, 14); _sw_out(_sw_call(15, print, z)(z), z)
        async for i in _sw_line(_sw_s, 16) or (_sw_aiter(_sw_s, 18, x)): _sw_var(_sw_s, 17, i); _sw_line(_sw_s, 19); _sw_out(_sw_call(20, print, i)(i), i)
        async for i, j in _sw_line(_sw_s, 21) or (_sw_aiter(_sw_s, 23, x)):
            _sw_var(_sw_s, 22, i, j); _sw_line(_sw_s, 24)
            def inner(): pass
        else:
            _sw_line(_sw_s, 25); x.y = z = _sw_let(_sw_s, 27, 1); _sw_var(_sw_s, 26, z)
        if _sw_line(_sw_s, 28) or ((n := _sw_let(_sw_s, 29, await _sw_await(_sw_s, 30, x)))): _sw_line(_sw_s, 31); pass
        _sw_line(_sw_s, 32); a = [(_sw_line(_sw_s, 34) or (x)) if x else (_sw_line(_sw_s, 35) or (n)) async for x in _sw_aiter(_sw_s, 36, y) if (m := _sw_let(_sw_s, 37, x))]; _sw_var(_sw_s, 33, a)
        _sw_line(_sw_s, 38); b = lambda: ((_sw_line(40) or (x)) if x else (_sw_line(41) or (y))); _sw_var(_sw_s, 39, b)
        _sw_line(_sw_s, 42); c = ((_sw_line(44) or (x)) if x else (_sw_line(45) or (y)) for x in y if (m := _sw_let(46, x))); _sw_var(_sw_s, 43, c)
        _sw_line(_sw_s, 47); return _sw_val(_sw_s, (_sw_line(_sw_s, 48) or (a)) if b else (_sw_line(_sw_s, 49) or (c)))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, x); _sw_exit(_sw_s)


async def generator(x):
    _sw_s = _sw_agen(1, x)
    try:
        try:
            _sw_line(_sw_s, 50); _sw_line(_sw_s, 51); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x)))
        except _sw_line(_sw_s, 52) or (ValueError) as e:
            _sw_resume(_sw_s)
            _sw_var(_sw_s, 53, e); _sw_line(_sw_s, 54); x += 1; _sw_var(_sw_s, 55, x)
        while _sw_line(_sw_s, 56) or (x):
            _sw_line(_sw_s, 57); y = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, x))); _sw_var(_sw_s, 58, y)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
