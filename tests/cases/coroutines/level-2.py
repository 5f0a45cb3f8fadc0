from spanwright import probes as _sw_; _sw_val, _sw_error, _sw_exit, _sw_co = _sw_(__name__, "input.py@ab7c1ee5872a6533", 2, 5, "val error exit co")  # instrumented, level 2; the original comes back with: uninstrument --restore
import asyncio


async def fetch(n):
    _sw_s = _sw_co(0, n)
    try:
        await asyncio.sleep(0)
        return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def guarded(lock):
    _sw_s = _sw_co(1, lock)
    try:
        async with lock:
            return _sw_val(_sw_s, await fetch(1))
    except: _sw_error(_sw_s); raise
    else: _sw_val(_sw_s)
    finally: _sw_exit(_sw_s)


async def bare():
    _sw_s = _sw_co(2)
    try:
        try:
            return
        finally:
            await fetch(2)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def one_line(): 
    _sw_s = _sw_co(3)
    try: return _sw_val(_sw_s, await fetch(3))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def comprehends():
    _sw_s = _sw_co(4)
    try:
        return _sw_val(_sw_s, ([x async for x in stream()], {x: 1 for x in (y async for y in stream())}),)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
