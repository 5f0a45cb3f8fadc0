from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_val, _sw_error, _sw_exit, _sw_call, _sw_call_m, _sw_out, _sw_caught = _sw_(__name__, "input.py@082492b6877efec6", 2, 19, "enter ret fail val error exit call call_m out caught")  # instrumented, level 3; the original comes back with: uninstrument --restore
def in_with(path):
    try:
        _sw_enter(0, path)
        with _sw_out(_sw_call(10, open)(path)) as f:
            return _sw_val(_sw_out(_sw_call_m(11, f, "read").read()))
    except: _sw_error(0); raise
    else: _sw_val()
    finally: _sw_exit(0)


def in_try_finally():
    try:
        _sw_enter(1)
        try:
            return _sw_val(1)
        finally:
            _sw_caught()
            _sw_out(_sw_call(12, cleanup)())
    except: _sw_error(1); raise
    finally: _sw_exit(1)


def finally_returns():
    try:
        _sw_enter(2)
        try:
            raise ValueError
        finally:
            return _sw_ret(2)
    except: _sw_fail(2); raise


def finally_swallows():
    try:
        _sw_enter(3)
        for i in _sw_out(_sw_call(13, range)(3)):
            try:
                return _sw_val(i)
            finally:
                _sw_caught()
                continue
    except: _sw_error(3); raise
    else: _sw_val()
    finally: _sw_exit(3)


def suppressed():
    try:
        _sw_enter(4)
        with _sw_out(_sw_call(14, suppress)(ValueError)):
            return _sw_val(_sw_out(_sw_call(15, risky)()))
    except: _sw_error(4); raise
    else: _sw_val()
    finally: _sw_exit(4)


def bare_in_with(lock):
    try:
        _sw_enter(5, lock)
        with lock:
            if lock:
                return _sw_val()
            return _sw_val(lock)
    except: _sw_error(5); raise
    else: _sw_val()
    finally: _sw_exit(5)


def in_except():
    try:
        _sw_enter(6)
        try:
            _sw_out(_sw_call(16, risky)())
        except ValueError:
            _sw_caught()
            return _sw_ret(1)
    except: _sw_fail(6); raise
    else: _sw_ret()


def in_except_star():
    try:
        _sw_enter(7)
        try:
            _sw_out(_sw_call(17, risky)())
        except* TypeError:
            _sw_caught()
            _sw_out(_sw_call(18, print)("group"))
    except: _sw_fail(7); raise
    else: _sw_ret()


def tuples(a):
    try:
        _sw_enter(8, a)
        if a == 1: return _sw_ret((a,),)
        if a == 2: return _sw_ret((a, 1))
        if a == 3: return _sw_ret((*a, 1),)
        if a == 4: return(_sw_ret)((a))
        if a == 5: return(_sw_ret)([a])
        if a == 6: return _sw_ret(-a)
        if a == 7: return(_sw_ret)(-a)
        if a == 8: return _sw_ret(lambda: a)
        if a == 9: return \
            _sw_ret(a)
        return _sw_ret((  # why
            a
        ))
    except: _sw_fail(8); raise


def matches(x):
    try:
        _sw_enter(9, x)
        match x:
            case [a, *_] if a: return _sw_ret(a)
            case {"k": v}:
                return _sw_ret(v)
            case _:
                return _sw_ret(None)
    except: _sw_fail(9); raise
    else: _sw_ret()
