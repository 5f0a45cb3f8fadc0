def last(f, g, x):
    f(g(x), 1)
    f(g(x), *x)
    f(x.y)
    f(k=g(x), *g(x))
    f(*g(x), **g(x), k=x[0])
    f({x: 1}, {x})
    f(n := g(x))
    f(x, (m := x), key=(k := 1))
    f(i for i in x)
    f((i for i in x))
    f(
        i
        for i in g(x)
    )
    f(x, (i for i in g(i)))
    f(lambda a=g(x), *b: (a, g(b)))
    f(x if x else g(x))
    f([*x], -x, f"{x}", x and g(x))
    x.update(i for i in x)
    return print(*x, sep='')


def paused(f):
    f((yield))
    f(1, (yield 2), (yield from f(3)))
    f(*(yield), k=(yield))
