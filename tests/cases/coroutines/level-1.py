from spanwright import probes as _sw_; _sw_flag, _sw_exit, _sw_co = _sw_(__name__, "input.py@2cf14a0b774e790e", 2, 5, "flag exit co")  # instrumented, level 1; the original comes back with: uninstrument --restore
import asyncio


async def fetch(n):
    _sw_s = _sw_co(0)
    try:
        await asyncio.sleep(0)
        return n
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def guarded(lock):
    _sw_s = _sw_co(1)
    try:
        async with lock:
            return await fetch(1)
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def bare():
    _sw_s = _sw_co(2)
    try:
        try:
            return
        finally:
            await fetch(2)
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def one_line(): 
    _sw_s = _sw_co(3)
    try: return await fetch(3)
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)


async def comprehends():
    _sw_s = _sw_co(4)
    try:
        return [x async for x in stream()], {x: 1 for x in (y async for y in stream())}
    except: _sw_flag(_sw_s); raise
    finally: _sw_exit(_sw_s)
