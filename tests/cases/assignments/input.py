def names(value, d):
    a = value
    b = c = value
    e, (f, *g) = value
    [h, i] = value
    a += 1
    j: int = 2
    k: int
    a = a = value
    import os
    import os.path, sys as system
    from os import path, sep as separator
    from os import (
        name,
        linesep,
    )
    global world
    world = 1


def places(user, d, i):
    user.name = d["k"]
    d[i] = user.name, 1
    d[i], user.name = 1, 2
    user.visits += 1
    d[i] //= 2
    user.age: int = 3
    user.first = given = d[i, "last"] = user.name = given
    user.list = yield
    user.pair = *d, 1
    user.size=d[0]=1
    user.long = (
        1
        + 2
    )
    del user.name, d[i]


def walrus(data):
    if (n := len(data)) > 3 and (last := data[-1]):
        return n
    while chunk := data.pop():
        print(x := chunk, end="")
    return [y for item in data if (y := item)], f"{(z := 1)}", lambda: (inner := 2)


class Private:
    def mangled(self):
        __hidden = 1
        import os as __os
        for __each in __hidden:
            return __each


def undone_elsewhere(box):
    x, box[0], y = 1, 2, 3

    def forget():
        nonlocal x
        del x
