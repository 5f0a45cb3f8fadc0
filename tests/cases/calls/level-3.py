from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_pause, _sw_resume, _sw_call, _sw_call_m, _sw_will, _sw_in, _sw_out, _sw_caught = _sw_(__name__, "input.py@c87055339109692c", 2, 47, "enter enter_m ret fail val error exit gen pause resume call call_m will in out caught")  # instrumented, level 3; the original comes back with: uninstrument --restore
def plain(f, x, y):
    try:
        _sw_enter(0, f, x, y)
        _sw_out(_sw_call(6, f)())
        _sw_out(_sw_call(7, f)(x))
        _sw_out(_sw_call(8, f)(x, 1, -2.5, 'a' "b", None, ..., key=[x, (y, {}), {1: x}, {2, 3}]))
        _sw_out(_sw_call(9, f)(*x, **y))
        _sw_out(_sw_call(10, f)(lambda a, b=1: a))
        return _sw_ret(_sw_out(_sw_will(11, _sw_out(_sw_call(12, _sw_out(_sw_call(13, f)(x)))(y))[0])(_sw_in(11, x.y))))
    except: _sw_fail(0); raise


def methods(db, name):
    try:
        _sw_enter(1, db, name)
        _sw_out(_sw_call_m(14, _sw_out(_sw_call_m(15, _sw_out(_sw_call_m(16, db, "cursor").cursor()), "execute").execute("select", name)), "fetchall").fetchall())
        _sw_out((_sw_call_m(17, db, "query").query)(name))
        _sw_out(_sw_call_m(18, (db), "query").query (name))
        _sw_out(_sw_call_m(19, 1 .real, "hex").hex()); _sw_out(_sw_call_m(20, "a", "join").join(name)); _sw_out(_sw_call_m(21, [1], "pop").pop()); _sw_out(_sw_call_m(22, {**name}, "get").get(1))
        return _sw_ret(-_sw_out(_sw_call_m(23, db.x, "y").y(name)) ** 2)
    except: _sw_fail(1); raise


class Users:
    def __load(self, key):
        try:
            _sw_enter_m(2, self, key)
            _sw_out(_sw_call_m(24, _sw_out(_sw_call(25, super)()), "__init__").__init__())
            _sw_out(_sw_call_m(26, self, "_Users__load").__load(key))
            _sw_out(_sw_call_m(27, self.__class__.__name__, "title").title())
            return _sw_ret(_sw_out(_sw_call_m(28, self._cache, "gr\xf6\xdfe").größe(key)))
        except: _sw_fail(2); raise

    def chain(self):
        try:
            _sw_enter_m(3, self)
            return _sw_ret((
                _sw_out(_sw_call_m(29, _sw_out(_sw_call_m(30, self, "first")  # the object
                .first(1)), "second")
                # and then
                .second(
                    2,  # two
                ))
            ))
        except: _sw_fail(3); raise


def touching(f, x):
    _sw_s = _sw_gen(4, f, x)
    try:
        if not(_sw_out)((_sw_call)(31, (f))(x)):
            return(_sw_val)(_sw_s, (_sw_out)((_sw_call)(32, (f))(x)))
        assert(_sw_out)((_sw_call)(33, (f))(x)), _sw_out(_sw_call(34, (f))(x))
        _sw_resume(_sw_s, (yield(_sw_pause)(_sw_s, (_sw_out)((_sw_call)(35, (f))(x)))))
        x = 1if _sw_out(_sw_call(36, f)(x))else 2if(_sw_out)((_sw_call)(37, (f))(x))else 3
        for i in(_sw_out)((_sw_call)(38, (f))(x)): _sw_out(_sw_call(39, print)(i))
        return(_sw_val)(_sw_s, [_sw_out(_sw_call(40, f)(x))for x in(_sw_out)((_sw_call)(41, (f))(x))])
    except: _sw_error(_sw_s); raise
    finally: _sw_exit(_sw_s)


def caught(f):
    try:
        _sw_enter(5, f)
        try:
            _sw_out(_sw_call(42, f)())
        except ValueError: _sw_caught(); pass
        except _sw_out(_sw_call(43, f)(KeyError)) as e:
            _sw_caught()
            # what
            raise e from _sw_out(_sw_call(44, f)(1))
        else:
            _sw_out(_sw_call(45, f)(2))
        finally:
            _sw_caught()
            _sw_out(_sw_call(46, f)(3))
    except: _sw_fail(5); raise
    else: _sw_ret()
