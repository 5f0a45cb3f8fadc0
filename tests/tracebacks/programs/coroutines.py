"""Exceptions in coroutines, tasks, async generators, async with and async for."""

import asyncio


class Session:
    def __init__(self, fails):
        self.fails = fails

    async def __aenter__(self):
        if self.fails == "enter":
            raise ConnectionError(self.fails)
        return self

    async def __aexit__(self, kind, value, trace):
        await asyncio.sleep(0)
        if self.fails == "exit":
            return {}[self.fails]

    async def get(self, n):
        await asyncio.sleep(0)
        return 1 / n


async def fetch(n, fails=None):
    async with Session(fails) as session, \
            Session(None):
        value = await session.get(
            n
        )
        return value


async def pages(n):
    for i in range(n):
        try:
            yield await fetch(1 - i)
        finally:
            await asyncio.sleep(0)


async def walk():
    async for page in pages(3):
        if page > 3:
            return page


async def comprehend():
    return {n: [x async for x in pages(n)] for n in range(3)}


async def gathered():
    await asyncio.gather(*(fetch(n) for n in (1, 0)))


async def grouped():
    async with asyncio.TaskGroup() as group:
        for n in (1, 0):
            group.create_task(fetch(n), name=f"fetch {n}")


async def cancelled():
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(10)
    except TimeoutError as error:
        raise LookupError("too slow") from error


async def not_awaitable():
    async with 5:
        pass


async def main():
    errors = []
    for attempt in (fetch(0), fetch(1, "enter"), fetch(1, "exit"), fetch(0, "exit"), walk(), comprehend(), gathered(),
                    grouped(), cancelled(), not_awaitable()):
        try:
            await attempt
        except BaseException as error:
            errors.append(error)
    await asyncio.sleep(0)
    raise ExceptionGroup("all", errors)


asyncio.run(main())
