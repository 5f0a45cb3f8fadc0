def captures(x, y):
    match x:
        case 1 | 2:
            return 1
        case [a, *rest] if rest: print(a)
        case {"k": v, **others}:
            print(v)
        case Point(x=px, y=0) as point:
            while px: px -= 1
        case (str() as s) | [s]:
            return s
        case other if (n := other):
            return n
        case _:
            pass
    match x, y:
        case _, b: pass
    match(x):
        case 1: pass
    match *x, y:
        case [*_]: ...
    match x if x else y:
        case None: pass
    match -1:
        case -1: return
