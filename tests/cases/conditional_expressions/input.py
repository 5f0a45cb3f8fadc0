def arms(a, b, c):
    x = a if c else b
    y = a if c else b if b else c
    z = (a if c else b) if c else (a)
    w = (yield) if c else f(a)
    if a if b else c: pass
    print(a if b else c, k=[i if i else 0 for i in a], *(j if j else 1 for j in b))
    print(f"{a if b else c!r:>{c if a else b}} {a if b else c=}")
    g = lambda: a if b else c
    a.b = 1, 2 if c else 3
    def inner(p=a if b else c, *, q: (a if b else c) = 1): return p
    class C(a if b else c): d = a if b else c
    return(a)if(c)else(b)


def in_cases(x):
    match x:
        case 1 if (x if x else 1): pass
    try: pass
    except (A if x else B): pass
