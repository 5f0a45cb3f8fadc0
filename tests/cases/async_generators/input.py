async def stream(n):
    for i in range(n):
        yield i
        await pause()


async def cleans_up(lock):
    async with lock as held:
        try:
            yield held
        finally:
            await release()
    with lock: yield 1


async def stops():
    yield 1
    return
