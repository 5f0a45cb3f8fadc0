@deco(arg())
def around(f, x: note() = 1, *, y=left(alone=1)) -> note():
    @inner(f(x))
    def nested(a=f(x), *, b: note(f) = f(x)) -> note(f):
        return a

    class Local(f(x), metaclass=f(x)):
        y = f(x)
        z = [f(i) for i in x]

        def method(self, a=f(x)):
            return f(self)

    only: note(x)
    one: note(x) = f(x)
    f(x).y: note(x) = 1
    f(x).y = f(x)[f(x)] = 2
    f(x)[0] += f(x)
    del f(x)[0], f(x).y
    a, f(x).b = f(x), [f(i) for i in f(x) if f(i)]
    later = lambda b=f(x): f(b)
    more = (f(i) for i in f(x) for j in f(i) if f(j))
    for f(x).z in f(x):
        continue
    while f(x) and x < f(x) < f(f(x)):
        break
    with f(x) as f(x).y, (f(x)):
        import os.path
    match f(x):
        case Point(x=1, y=Point()) if f(x):
            assert f(x), f(x)
        case {"key": [Point(0), *_]}:
            raise f(x) from f(x)
    if f(x):
        print(locals(), eval("f"), exec("f"), dir())
    elif f(x): global z
    return f(x)[f(x):f(x), ...], not f(x), {f(x): f(x), **f(x)}
