from spanwright import probes as _sw_; _sw_val, _sw_error, _sw_exit, _sw_co, _sw_call, _sw_call_m, _sw_out, _sw_caught, _sw_await, _sw_awith, _sw_aiter, _sw_line, _sw_keep, _sw_state = _sw_(__name__, "input.py@aad01fdcea840cae", 2, 26, "val error exit co call call_m out caught await awith aiter line keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
import asyncio


async def fetch(n):
    _sw_s = _sw_co(0, n); _sw_keep(_sw_s, n)
    try:
        _sw_line(_sw_s, 5); await _sw_await(_sw_s, 6, _sw_out(_sw_call_m(7, asyncio, "sleep").sleep(0)))
        _sw_line(_sw_s, 8); return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, n); _sw_exit(_sw_s)


async def guarded(lock):
    _sw_s = _sw_co(1, lock); _sw_keep(_sw_s, lock)
    try:
        async with _sw_line(_sw_s, 9) or (_sw_awith(_sw_s, 10, lock)):
            _sw_line(_sw_s, 11); return _sw_val(_sw_s, await _sw_await(_sw_s, 12, _sw_out(_sw_call(13, fetch)(1))))
    except: _sw_error(_sw_s); raise
    else: _sw_val(_sw_s)
    finally: _sw_state(_sw_s, lock); _sw_exit(_sw_s)


async def bare():
    _sw_s = _sw_co(2)
    try:
        try:
            _sw_line(_sw_s, 14); _sw_line(_sw_s, 15); return
        finally:
            _sw_caught()
            _sw_line(_sw_s, 16); await _sw_await(_sw_s, 17, _sw_out(_sw_call(18, fetch)(2)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def one_line(): 
    _sw_s = _sw_co(3)
    try: _sw_line(_sw_s, 19); return _sw_val(_sw_s, await _sw_await(_sw_s, 20, _sw_out(_sw_call(21, fetch)(3))))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def comprehends():
    _sw_s = _sw_co(4)
    try:
        _sw_line(_sw_s, 22); return _sw_val(_sw_s, ([x async for x in _sw_aiter(_sw_s, 23, _sw_out(_sw_call(24, stream)()))], {x: 1 for x in (y async for y in _sw_out(_sw_call(25, stream)()))}),)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
