from spanwright import probes as _sw_; _sw_val, _sw_error, _sw_exit, _sw_co, _sw_call, _sw_call_m, _sw_out, _sw_caught, _sw_await, _sw_awith, _sw_aiter = _sw_(__name__, "input.py@3f4d79204a46df69", 2, 17, "val error exit co call call_m out caught await awith aiter")  # instrumented, level 3; the original comes back with: uninstrument --restore
import asyncio


async def fetch(n):
    _sw_s = _sw_co(0, n)
    try:
        await _sw_await(_sw_s, 5, _sw_out(_sw_call_m(6, asyncio, "sleep").sleep(0)))
        return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def guarded(lock):
    _sw_s = _sw_co(1, lock)
    try:
        async with _sw_awith(_sw_s, 7, lock):
            return _sw_val(_sw_s, await _sw_await(_sw_s, 8, _sw_out(_sw_call(9, fetch)(1))))
    except: _sw_error(_sw_s); raise
    else: _sw_val(_sw_s)
    finally: _sw_exit(_sw_s)


async def bare():
    _sw_s = _sw_co(2)
    try:
        try:
            return
        finally:
            _sw_caught()
            await _sw_await(_sw_s, 10, _sw_out(_sw_call(11, fetch)(2)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def one_line(): 
    _sw_s = _sw_co(3)
    try: return _sw_val(_sw_s, await _sw_await(_sw_s, 12, _sw_out(_sw_call(13, fetch)(3))))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def comprehends():
    _sw_s = _sw_co(4)
    try:
        return _sw_val(_sw_s, ([x async for x in _sw_aiter(_sw_s, 14, _sw_out(_sw_call(15, stream)()))], {x: 1 for x in (y async for y in _sw_out(_sw_call(16, stream)()))}),)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
