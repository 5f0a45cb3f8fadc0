from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_from, _sw_call, _sw_out, _sw_caught, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@1633e78389c35723", 2, 60, "enter val error exit gen pause resume from call out caught line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def count(n):
    """Count."""
    _sw_s = _sw_gen(0, n); _sw_keep(_sw_s, n)
    try:
        for i in _sw_line(10) or (_sw_out(_sw_call(12, range, n)(n), n)):
            _sw_var(11, i); _sw_line(13); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, i)))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, n); _sw_exit(_sw_s)


def receives():
    _sw_s = _sw_gen(1)
    try:
        _sw_line(14); got = _sw_resume(_sw_s, (yield _sw_pause(_sw_s))); _sw_var(15, got)
        while _sw_line(16) or (True):
            _sw_line(17); got = (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, got)))); _sw_var(18, got)
            _sw_line(19); total = _sw_resume(_sw_s, (yield _sw_pause(_sw_s, (got, 1),))); _sw_var(20, total)
            _sw_line(21); _sw_resume(_sw_s, (yield(_sw_pause)(_sw_s, (total))))
            _sw_line(22); _sw_resume(_sw_s, (yield(_sw_pause)(_sw_s, [1])))
            _sw_line(23); x = [(_sw_resume(_sw_s, (yield _sw_pause(_sw_s, (_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))))))), (_sw_resume(_sw_s, (yield _sw_pause(_sw_s))))]; _sw_var(24, x)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def delegates(items):
    _sw_s = _sw_gen(2, items); _sw_keep(_sw_s, items)
    try:
        _sw_line(25); result = _sw_resume(_sw_s, (yield from _sw_from(_sw_s, _sw_out(_sw_call(27, inner, items)(items), items)))); _sw_var(26, result)
        _sw_line(28); _sw_resume(_sw_s, (yield from(_sw_from)(_sw_s, (items))))
        _sw_line(29); return _sw_val(_sw_s, result)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)


def ends_early(n):
    _sw_s = _sw_gen(3, n); _sw_keep(_sw_s, n)
    try:
        if _sw_line(30) or (n):
            _sw_line(31); return
        _sw_line(32); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        _sw_line(33); return _sw_val(_sw_s, n)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, n); _sw_exit(_sw_s)


def cleans_up(lock):
    _sw_s = _sw_gen(4, lock); _sw_keep(_sw_s, lock)
    try:
        with _sw_line(34) or (lock), _sw_s:
            _sw_line(35); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
        with ((_sw_line)(36) or (lock), other as o, _sw_s,):
            _sw_var(37, o); _sw_line(38); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 2)))
        with _sw_line(39) or ((_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 3))))) as x:
            _sw_var(40, x); _sw_line(41); pass
        with _sw_line(42) or (_sw_out(_sw_call(43, open)("a"))) as (a, b), _sw_s:
            try:
                _sw_var(44, a, b); _sw_line(45); _sw_line(46); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 4)))
            except _sw_line(47) or (ValueError): _sw_resume(_sw_s); _sw_caught(); _sw_line(48); pass
            except _sw_line(49) or ((KeyError, TypeError)) as e:
                _sw_resume(_sw_s)
                _sw_caught()
                # first a comment
                _sw_var(50, e); _sw_line(51); raise e
            else:
                _sw_line(52); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 5)))
            finally:
                _sw_resume(_sw_s)
                _sw_caught()
                _sw_line(53); _sw_out(_sw_call(54, print)("done"))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, lock); _sw_exit(_sw_s)


def one_line(): 
    _sw_s = _sw_gen(5)
    try: _sw_line(55); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def after_docstring():
    "Docstring."; 
    _sw_s = _sw_gen(6)
    try:
        _sw_resume(_sw_s); _sw_line(56); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1)))
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def lambda_inside():
    try:
        _sw_enter(7)
        _sw_line(57); return _sw_val(lambda: (yield))
    except: _sw_error(7); raise
    finally: _sw_exit(7)


def default_yields():
    _sw_s = _sw_gen(8)
    try:
        _sw_line(58)
        def inner(a=(_sw_resume(_sw_s, (yield _sw_pause(_sw_s, 1))))):
            try:
                _sw_enter(9, a); _sw_keep(9, a)
                _sw_line(59); return _sw_val(a)
            except: _sw_error(9); raise
            finally: _sw_state(9, a); _sw_exit(9)
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)
