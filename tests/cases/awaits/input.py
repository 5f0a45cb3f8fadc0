async def waits(f, x):
    await f(x)
    y = await x, await(f)(x)
    y = (await (f(x))).z(await f(await x))
    async with f(x) as y, x, (f(x)):
        pass
    async with (f(x) as y, x):
        pass
    async for i in f(x): print(i)
    else:
        await x
    rows = [await f(i) async for i in f(x) if await i]
    later = (await f(i) async for i in f(x))
    nested = {i: [j async for j in i] async for i in x}
    eager = (i for i in await f(x))
    thunk = lambda: f(x)
    try:
        return f"{await f(x)} {await x=}"
    finally:
        await x


async def items(f, x):
    try:
        async with f(x), x:
            yield await f(x)
    except ValueError:
        got = yield
    async for i in f(x), x:
        yield f((yield i))


def plain(x):
    async def inner():
        return await x
    return inner()
