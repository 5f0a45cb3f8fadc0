import asyncio


async def fetch(n):
    await asyncio.sleep(0)
    return n


async def guarded(lock):
    async with lock:
        return await fetch(1)


async def bare():
    try:
        return
    finally:
        await fetch(2)


async def one_line(): return await fetch(3)


async def comprehends():
    return [x async for x in stream()], {x: 1 for x in (y async for y in stream())}
