from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@a47bd5c88f2bf833", 2, 10, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def in_with(path):
    try:
        _sw_enter(0)
        with open(path) as f:
            return f.read()
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


def in_try_finally():
    try:
        _sw_enter(1)
        try:
            return 1
        finally:
            cleanup()
    except: _sw_flag(1); raise
    finally: _sw_exit(1)


def finally_returns():
    try:
        _sw_enter(2)
        try:
            raise ValueError
        finally:
            return 2
    except: _sw_flag(2); raise
    finally: _sw_exit(2)


def finally_swallows():
    try:
        _sw_enter(3)
        for i in range(3):
            try:
                return i
            finally:
                continue
    except: _sw_flag(3); raise
    finally: _sw_exit(3)


def suppressed():
    try:
        _sw_enter(4)
        with suppress(ValueError):
            return risky()
    except: _sw_flag(4); raise
    finally: _sw_exit(4)


def bare_in_with(lock):
    try:
        _sw_enter(5)
        with lock:
            if lock:
                return
            return lock
    except: _sw_flag(5); raise
    finally: _sw_exit(5)


def in_except():
    try:
        _sw_enter(6)
        try:
            risky()
        except ValueError:
            return 1
    except: _sw_flag(6); raise
    finally: _sw_exit(6)


def in_except_star():
    try:
        _sw_enter(7)
        try:
            risky()
        except* TypeError:
            print("group")
    except: _sw_flag(7); raise
    finally: _sw_exit(7)


def tuples(a):
    try:
        _sw_enter(8)
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
    except: _sw_flag(8); raise
    finally: _sw_exit(8)


def matches(x):
    try:
        _sw_enter(9)
        match x:
            case [a, *_] if a: return a
            case {"k": v}:
                return v
            case _:
                return None
    except: _sw_flag(9); raise
    finally: _sw_exit(9)
