from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_from, _sw_call, _sw_out, _sw_caught = _sw_(__name__, "input.py@648964bdf4947f9b", 2, 14, "enter ret fail val error exit gen pause resume from call out caught")  # instrumented, level 3; the original comes back with: uninstrument --restore
def count(n):
    """Count."""
    _sw_s = _sw_gen(0, n)
    try:
        for i in _sw_out(_sw_call(10, range)(n)):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def receives():
    _sw_s = _sw_gen(1)
    try:
        got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
        while True:
            got = (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, got))))
            total = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, (got, 1),)))
            _sw_resume(_sw_s, (yield(_sw_pause)(_sw_s, (total))))
            _sw_resume(_sw_s, (yield(_sw_pause)(_sw_s, [1])))
            x = [(_sw_resume(_sw_s, (yield _sw_pause(_sw_s, (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))))))), (_sw_resume(_sw_s, (yield _sw_pause(_sw_s))))]
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def delegates(items):
    _sw_s = _sw_gen(2, items)
    try:
        result = _sw_resume(_sw_s, (yield from _sw_from(_sw_s, _sw_out(_sw_call(11, inner)(items)))))
        _sw_resume(_sw_s, (yield from(_sw_from)(_sw_s, (items))))
        return _sw_val(_sw_s, result)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def ends_early(n):
    _sw_s = _sw_gen(3, n)
    try:
        if n:
            return
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def cleans_up(lock):
    _sw_s = _sw_gen(4, lock)
    try:
        with lock, _sw_s:
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        with (lock, other as o, _sw_s,):
            _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 2)))
        with (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 3)))) as x:
            pass
        with _sw_out(_sw_call(12, open)("a")) as (a, b), _sw_s:
            try:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 4)))
            except ValueError: _sw_resume(_sw_s); _sw_caught(); pass
            except (KeyError, TypeError) as e:
                _sw_resume(_sw_s)
                _sw_caught()
                # first a comment
                raise e
            else:
                _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 5)))
            finally:
                _sw_resume(_sw_s)
                _sw_caught()
                _sw_out(_sw_call(13, print)("done"))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def one_line(): 
    _sw_s = _sw_gen(5)
    try: _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def after_docstring():
    "Docstring."; 
    _sw_s = _sw_gen(6)
    try:
        _sw_resume(_sw_s); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def lambda_inside():
    try:
        _sw_enter(7)
        return _sw_ret(lambda: (yield))
    except: _sw_fail(7); raise


def default_yields():
    _sw_s = _sw_gen(8)
    try:
        def inner(a=(_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1))))):
            try:
                _sw_enter(9, a)
                return _sw_ret(a)
            except: _sw_fail(9); raise
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
