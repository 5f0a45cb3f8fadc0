"""What the interpreter does between calls: operators, subscripts, attributes, unpacking."""


class Odd:
    def __add__(self, other):
        return other["x"]

    def __getitem__(self, key):
        return key + 1

    def __bool__(self):
        raise RuntimeError("neither")

    def __len__(self):
        return -1

    def __eq__(self, other):
        raise KeyError(other)


odd, data = Odd(), {"a": [1, 2, {"b": None}]}
attempts = [
    lambda: odd + 1,
    lambda: odd["k"] + data["a"][2]["b"].missing,
    lambda: data["a"][2]["b"]["c"][0],
    lambda: 1 if odd else 2,
    lambda: not odd,
    lambda: (odd or 1, 2),
    lambda: len(odd) + len(data),
    lambda: [*data, *None],
    lambda: {**data, **[1]},
    lambda: print(*data, **{1: 2}),
    lambda: 1 < 2 < "3" < 4,
    lambda: odd == odd,
    lambda: odd in [Odd()],
    lambda: data.keys[0] + 1,
    lambda: f"{data['a'][5]!r:>{len('x')}} {1 / 0}",
    lambda: (x := data["b"]) and x,
    lambda: -"x" + ~1.5,
]


def statements(which):
    a = b = 0
    if which == 0:
        a, b = data["a"]
    elif which == 1:
        (a, *b), a = 1, 2
    elif which == 2:
        data["a"][3] = a
    elif which == 3:
        data["a"] += 5; a = 1
    elif which == 4:
        del data["z"], a
    elif which == 5:
        odd.x.y = a
    elif which == 6:
        assert a, (
            "a note: %s" % b
        )
    elif which == 7:
        raise ValueError(a) from "text"
    elif which == 8:
        for a, b in [(1, 2), (3,)]: pass
    elif which == 9:
        while odd: pass
    elif which == 10:
        return undefined + a
    elif which == 11:
        return a.missing(
            b)
    elif which == 12:
        del a
        return a


def main():
    errors = []
    for attempt in [*attempts, *((lambda n=n: statements(n)) for n in range(13))]:
        try:
            attempt()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("all", errors)


main()
