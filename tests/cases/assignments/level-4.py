from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_call_m, _sw_will, _sw_in, _sw_out, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@ac382f79cc25a8d8", 2, 33, "enter enter_m val error exit gen pause resume call call_m will in out var let keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def names(value, d):
    try:
        _sw_enter(0, value, d); _sw_keep(0, value, d)
        a = value; _sw_var(6, a)
        b = c = value; _sw_var(7, b, c)
        e, (f, *g) = value; _sw_var(8, e, f, g)
        [h, i] = value; _sw_var(9, h, i)
        a += 1; _sw_var(10, a)
        j: int = 2; _sw_var(11, j)
        k: int
        a = a = value; _sw_var(12, a)
        import os; _sw_var(13, os)
        import os.path, sys as system; _sw_var(14, os, system)
        from os import path, sep as separator; _sw_var(15, path, separator)
        from os import (
            name,
            linesep,
        ); _sw_var(16, name, linesep)
        global world
        world = 1; _sw_var(17, world)
    except: _sw_error(0); raise
    finally: _sw_state(0, value, d); _sw_exit(0)


def places(user, d, i):
    _sw_s = _sw_gen(1, user, d, i); _sw_keep(_sw_s, user, d, i)
    try:
        user.name = d["k"]
        d[i] = user.name, 1
        d[i], user.name = 1, 2
        user.visits += 1
        d[i] //= 2
        user.age: int = 3
        user.first = given = d[i, "last"] = user.name = given; _sw_var(18, given)
        user.list = _sw_resume(_sw_s, (yield _sw_pause(_sw_s)))
        user.pair = *d, 1
        user.size=d[0]=1
        user.long = (
            1
            + 2
        )
        del user.name, d[i]
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, user, d, i); _sw_exit(_sw_s)


def walrus(data):
    try:
        _sw_enter(2, data); _sw_keep(2, data)
        if (n := _sw_let(19, _sw_out(_sw_call(20, len, data)(data), data))) > 3 and (last := _sw_let(21, data[-1])):
            return _sw_val(n)
        while chunk := _sw_let(22, _sw_out(_sw_call_m(23, data, "pop", data).pop(), data)):
            _sw_out(_sw_will(24, print)(x := _sw_let(25, chunk), end=_sw_in(24, "")))
        return _sw_val(([y for item in data if (y := _sw_let(26, item))], f"{(z := _sw_let(27, 1))}", lambda: (inner := _sw_let(28, 2))),)
    except: _sw_error(2); raise
    finally: _sw_state(2, data); _sw_exit(2)


class Private:
    def mangled(self):
        try:
            _sw_enter_m(3, self)
            __hidden = 1; _sw_var(29, __hidden)
            import os as __os; _sw_var(30, __os)
            for __each in __hidden:
                _sw_var(31, __each); return _sw_val(__each)
        except: _sw_error(3); raise
        finally: _sw_exit(3)


def undone_elsewhere(box):
    try:
        _sw_enter(4, box); _sw_keep(4, box)
        x, box[0], y = 1, 2, 3; _sw_var(32, y)

        def forget():
            try:
                _sw_enter(5)
                nonlocal x
                del x
            except: _sw_error(5); raise
            finally: _sw_exit(5)
    except: _sw_error(4); raise
    finally: _sw_state(4, box); _sw_exit(4)
