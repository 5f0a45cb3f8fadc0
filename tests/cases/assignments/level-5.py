from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_call_m, _sw_will, _sw_in, _sw_out, _sw_line, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@7665d29fda023b3e", 2, 79, "enter enter_m val error exit gen pause resume call call_m will in out line var let keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def names(value, d):
    try:
        _sw_enter(0, value, d); _sw_keep(0, value, d)
        _sw_line(6); a = value; _sw_var(7, a)
        _sw_line(8); b = c = value; _sw_var(9, b, c)
        _sw_line(10); e, (f, *g) = value; _sw_var(11, e, f, g)
        _sw_line(12); [h, i] = value; _sw_var(13, h, i)
        _sw_line(14); a += 1; _sw_var(15, a)
        _sw_line(16); j: int = 2; _sw_var(17, j)
        k: int
        _sw_line(18); a = a = value; _sw_var(19, a)
        _sw_line(20); import os; _sw_var(21, os)
        _sw_line(22); import os.path, sys as system; _sw_var(23, os, system)
        _sw_line(24); from os import path, sep as separator; _sw_var(25, path, separator)
        _sw_line(26); from os import (
            name,
            linesep,
        ); _sw_var(27, name, linesep)
        global world
        _sw_line(28); world = 1; _sw_var(29, world)
    except: _sw_error(0); raise
    finally: _sw_state(0, value, d); _sw_exit(0)


def places(user, d, i):
    _sw_s = _sw_gen(1, user, d, i); _sw_keep(_sw_s, user, d, i)
    try:
        _sw_line(30); user.name = _sw_let(31, d["k"])
        _sw_line(32); d[i] = _sw_let(33, (user.name, 1),)
        _sw_line(34); d[i], user.name = 1, 2
        _sw_line(35); user.visits += _sw_let(36, 1)
        _sw_line(37); d[i] //= _sw_let(38, 2)
        _sw_line(39); user.age: int = _sw_let(40, 3)
        _sw_line(41); user.first = given = d[i, "last"] = user.name = _sw_let(43, given); _sw_var(42, given)
        _sw_line(44); user.list = _sw_let(45, _sw_resume(_sw_s, (yield _sw_pause(_sw_s))))
        _sw_line(46); user.pair = _sw_let(47, (*d, 1),)
        _sw_line(48); user.size=d[0]=_sw_let(49, 1)
        _sw_line(50); user.long = _sw_let(51, (
            1
            + 2
        ))
        _sw_line(52); del user.name, d[i]
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, user, d, i); _sw_exit(_sw_s)


def walrus(data):
    try:
        _sw_enter(2, data); _sw_keep(2, data)
        if _sw_line(53) or ((n := _sw_let(54, _sw_out(_sw_call(55, len, data)(data), data))) > 3 and (last := _sw_let(56, data[-1]))):
            _sw_line(57); return _sw_val(n)
        while _sw_line(58) or (chunk := _sw_let(59, _sw_out(_sw_call_m(60, data, "pop", data).pop(), data))):
            _sw_line(61); _sw_out(_sw_will(62, print)(x := _sw_let(63, chunk), end=_sw_in(62, "")))
        _sw_line(64); return _sw_val(([y for item in data if (y := _sw_let(65, item))], f"{(z := _sw_let(66, 1))}", lambda: (inner := _sw_let(67, 2))),)
    except: _sw_error(2); raise
    finally: _sw_state(2, data); _sw_exit(2)


class Private:
    def mangled(self):
        try:
            _sw_enter_m(3, self)
            _sw_line(68); __hidden = 1; _sw_var(69, __hidden)
            _sw_line(70); import os as __os; _sw_var(71, __os)
            for __each in _sw_line(72) or (__hidden):
                _sw_var(73, __each); _sw_line(74); return _sw_val(__each)
        except: _sw_error(3); raise
        finally: _sw_exit(3)


def undone_elsewhere(box):
    try:
        _sw_enter(4, box); _sw_keep(4, box)
        _sw_line(75); x, box[0], y = 1, 2, 3; _sw_var(76, y)

        _sw_line(77)
        def forget():
            try:
                _sw_enter(5)
                nonlocal x
                _sw_line(78); del x
            except: _sw_error(5); raise
            finally: _sw_exit(5)
    except: _sw_error(4); raise
    finally: _sw_state(4, box); _sw_exit(4)
