def in_with(path):
    with open(path) as f:
        return f.read()


def in_try_finally():
    try:
        return 1
    finally:
        cleanup()


def finally_returns():
    try:
        raise ValueError
    finally:
        return 2


def finally_swallows():
    for i in range(3):
        try:
            return i
        finally:
            continue


def suppressed():
    with suppress(ValueError):
        return risky()


def bare_in_with(lock):
    with lock:
        if lock:
            return
        return lock


def in_except():
    try:
        risky()
    except ValueError:
        return 1


def in_except_star():
    try:
        risky()
    except* TypeError:
        print("group")


def tuples(a):
    if a == 1: return a,
    if a == 2: return (a, 1)
    if a == 3: return *a, 1
    if a == 4: return(a)
    if a == 5: return[a]
    if a == 6: return -a
    if a == 7: return-a
    if a == 8: return lambda: a
    if a == 9: return \
        a
    return (  # why
        a
    )


def matches(x):
    match x:
        case [a, *_] if a: return a
        case {"k": v}:
            return v
        case _:
            return None
