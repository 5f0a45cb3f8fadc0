from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_val, _sw_error, _sw_exit, _sw_co, _sw_agen, _sw_pause, _sw_resume, _sw_call, _sw_will, _sw_will_m, _sw_in, _sw_out, _sw_caught, _sw_await, _sw_awith, _sw_aiter = _sw_(__name__, "input.py@0d0a95f69512ba75", 2, 52, "enter ret fail val error exit co agen pause resume call will will_m in out caught await awith aiter")  # instrumented, level 3; the original comes back with: uninstrument --restore
async def waits(f, x):
    _sw_s = _sw_co(0, f, x)
    try:
        await _sw_await(_sw_s, 4, _sw_out(_sw_call(5, f)(x)))
        y = await _sw_await(_sw_s, 6, x), await(_sw_await)(_sw_s, 7, (_sw_out)((_sw_call)(8, (f))(x)))
        y = _sw_out(_sw_will_m(9, (await _sw_await(_sw_s, 10, (_sw_out(_sw_call(11, f)(x))))), "z").z(_sw_in(9, await _sw_await(_sw_s, 12, _sw_out(_sw_will(13, f)(_sw_in(13, await _sw_await(_sw_s, 14, x))))))))
        async with _sw_awith(_sw_s, 15, _sw_out(_sw_call(16, f)(x))) as y, _sw_awith(_sw_s, 17, x), _sw_awith(_sw_s, 18, (_sw_out(_sw_call(19, f)(x)))):
            pass
        async with (_sw_awith(_sw_s, 20, _sw_out(_sw_call(21, f)(x))) as y, _sw_awith(_sw_s, 22, x)):
            pass
        async for i in _sw_aiter(_sw_s, 23, _sw_out(_sw_call(24, f)(x))): _sw_out(_sw_call(25, print)(i))
        else:
            await _sw_await(_sw_s, 26, x)
        rows = [await _sw_await(_sw_s, 27, _sw_out(_sw_call(28, f)(i))) async for i in _sw_aiter(_sw_s, 29, _sw_out(_sw_call(30, f)(x))) if await _sw_await(_sw_s, 31, i)]
        later = (await _sw_out(_sw_call(32, f)(i)) async for i in _sw_out(_sw_call(33, f)(x)))
        nested = {i: [j async for j in _sw_aiter(_sw_s, 34, i)] async for i in _sw_aiter(_sw_s, 35, x)}
        eager = (i for i in await _sw_await(_sw_s, 36, _sw_out(_sw_call(37, f)(x))))
        thunk = lambda: _sw_out(_sw_call(38, f)(x))
        try:
            return _sw_val(_sw_s, f"{await _sw_await(_sw_s, 39, _sw_out(_sw_call(40, f)(x)))} {await x=}")
        finally:
            _sw_caught()
            await _sw_await(_sw_s, 41, x)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def items(f, x):
    _sw_s = _sw_agen(1, f, x)
    try:
        try:
            async with _sw_awith(_sw_s, 42, _sw_out(_sw_call(43, f)(x))), _sw_awith(_sw_s, 44, x), _sw_s:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, await _sw_await(_sw_s, 45, _sw_out(_sw_call(46, f)(x))))))
        except ValueError:
            _sw_resume(_sw_s)
            _sw_caught()
            got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
        async for i in _sw_aiter(_sw_s, 47, (_sw_out(_sw_call(48, f)(x)), x),):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, _sw_out(_sw_will(49, f)(_sw_in(49, (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, i))))))))))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def plain(x):
    try:
        _sw_enter(2, x)
        async def inner():
            _sw_s = _sw_co(3)
            try:
                return _sw_val(_sw_s, await _sw_await(_sw_s, 50, x))
            except: _sw_error(_sw_s); raise
            finally: _sw_exit(_sw_s)
        return _sw_ret(_sw_out(_sw_call(51, inner)()))
    except: _sw_fail(2); raise
