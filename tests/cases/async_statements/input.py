async def coroutine(x):
    y = await x
    async with x as y, x: pass
    async with (x, y as z):
        print(z)
    async for i in x: print(i)
    async for i, j in x:
        def inner(): pass
    else:
        x.y = z = 1
    if (n := await x): pass
    a = [x if x else n async for x in y if (m := x)]
    b = lambda: (x if x else y)
    c = (x if x else y for x in y if (m := x))
    return a if b else c


async def generator(x):
    try:
        yield x
    except ValueError as e:
        x += 1
    while x:
        y = yield x
