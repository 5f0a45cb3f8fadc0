from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_co, _sw_pause, _sw_resume, _sw_call, _sw_call_m, _sw_will, _sw_in, _sw_out, _sw_line, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@f21860a85eba7ac2", 2, 50, "enter enter_m val error exit gen co pause resume call call_m will in out line var let keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def trackable(items, rebound, deleted, looped, imported, shared, *args, **options):
    try:
        _sw_enter(0, items, rebound, deleted, looped, imported, shared, args, options); _sw_keep(0, items, options)
        _sw_line(7); rebound = []; _sw_var(8, rebound)
        _sw_line(9); del deleted
        for looped in _sw_line(10) or (items): _sw_var(11, looped); _sw_line(12); pass
        _sw_line(13); import imported; _sw_var(14, imported)
        _sw_line(15)
        def inner():
            try:
                _sw_enter(1)
                nonlocal shared
                _sw_line(16); shared = 1; _sw_var(17, shared)
            except: _sw_error(1); raise
            finally: _sw_exit(1)
    except: _sw_error(0); raise
    finally: _sw_state(0, items, options); _sw_exit(0)


def generator(items):
    _sw_s = _sw_gen(2, items); _sw_keep(_sw_s, items)
    try:
        _sw_line(18); _sw_resume(_sw_s, (yield _sw_pause(_sw_s, items)))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)


async def coroutine(items): 
    _sw_s = _sw_co(3, items); _sw_keep(_sw_s, items)
    try: _sw_line(_sw_s, 19); return _sw_val(_sw_s, items)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)


def arguments(items, gone):
    try:
        _sw_enter(4, items, gone); _sw_keep(4, items)
        _sw_line(20); local = {}; _sw_var(21, local)
        _sw_line(22); _sw_out(_sw_call(23, change, items, local)(items, local), items, local)
        _sw_line(24); _sw_out(_sw_call(25, change, items, local)(items, key=local, *items, **local), items, local)
        _sw_line(26); _sw_out(_sw_will(27, change)(change, items.x, items, _sw_in(27, items, items)), items)
        _sw_line(28); _sw_out(_sw_call_m(29, items, "append", items, local).append(local), items, local)
        _sw_line(30); _sw_out(_sw_will(31, change)(local, _sw_in(31, _sw_out(_sw_call(32, len, items)(items), items), local)), local)
        _sw_line(33); _sw_out(_sw_will(34, change)(local, _sw_in(34, local := _sw_let(35, 1))))
        _sw_line(36); _sw_out(_sw_call(37, change, items)((items)), items)
        _sw_line(38); _sw_out(_sw_call(39, change)(gone))
        _sw_line(40); del gone
        _sw_line(41); return _sw_val(([_sw_out(_sw_call(42, change, local)(local, x), local) for x in items], lambda items: _sw_out(_sw_call(43, change, items)(items), items)),)
    except: _sw_error(4); raise
    finally: _sw_state(4, items); _sw_exit(4)


class Method:
    def method(self, items):
        try:
            _sw_enter_m(5, self, items); _sw_keep(5, items)
            _sw_line(44); _sw_out(_sw_call_m(45, self, "change", items).change(self, items), items)
            _sw_line(46); _sw_out(_sw_call_m(47, items, "add", items).add(self), items)
        except: _sw_error(5); raise
        finally: _sw_state(5, items); _sw_exit(5)

    @staticmethod
    def static(items): pass

    @classmethod
    def of_class(cls, items): 
        try: _sw_enter_m(6, cls, items); _sw_keep(6, items); _sw_line(48); _sw_out(_sw_call_m(49, cls, "change", items).change(cls, items), items)
        except: _sw_error(6); raise
        finally: _sw_state(6, items); _sw_exit(6)
