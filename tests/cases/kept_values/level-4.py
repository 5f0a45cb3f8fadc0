from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_gen, _sw_co, _sw_pause, _sw_resume, _sw_call, _sw_call_m, _sw_will, _sw_in, _sw_out, _sw_var, _sw_let, _sw_keep, _sw_state = _sw_(__name__, "input.py@d63da636e882b3d7", 2, 27, "enter enter_m val error exit gen co pause resume call call_m will in out var let keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def trackable(items, rebound, deleted, looped, imported, shared, *args, **options):
    try:
        _sw_enter(0, items, rebound, deleted, looped, imported, shared, args, options); _sw_keep(0, items, options)
        rebound = []; _sw_var(7, rebound)
        del deleted
        for looped in items: _sw_var(8, looped); pass
        import imported; _sw_var(9, imported)
        def inner():
            try:
                _sw_enter(1)
                nonlocal shared
                shared = 1; _sw_var(10, shared)
            except: _sw_error(1); raise
            finally: _sw_exit(1)
    except: _sw_error(0); raise
    finally: _sw_state(0, items, options); _sw_exit(0)


def generator(items):
    _sw_s = _sw_gen(2, items); _sw_keep(_sw_s, items)
    try:
        _sw_resume(_sw_s, (yield _sw_pause(_sw_s, items)))
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)


async def coroutine(items): 
    _sw_s = _sw_co(3, items); _sw_keep(_sw_s, items)
    try: return _sw_val(_sw_s, items)
    except: _sw_error(_sw_s); raise
    finally: _sw_state(_sw_s, items); _sw_exit(_sw_s)


def arguments(items, gone):
    try:
        _sw_enter(4, items, gone); _sw_keep(4, items)
        local = {}; _sw_var(11, local)
        _sw_out(_sw_call(12, change, items, local)(items, local), items, local)
        _sw_out(_sw_call(13, change, items, local)(items, key=local, *items, **local), items, local)
        _sw_out(_sw_will(14, change)(change, items.x, items, _sw_in(14, items, items)), items)
        _sw_out(_sw_call_m(15, items, "append", items, local).append(local), items, local)
        _sw_out(_sw_will(16, change)(local, _sw_in(16, _sw_out(_sw_call(17, len, items)(items), items), local)), local)
        _sw_out(_sw_will(18, change)(local, _sw_in(18, local := _sw_let(19, 1))))
        _sw_out(_sw_call(20, change, items)((items)), items)
        _sw_out(_sw_call(21, change)(gone))
        del gone
        return _sw_val(([_sw_out(_sw_call(22, change, local)(local, x), local) for x in items], lambda items: _sw_out(_sw_call(23, change, items)(items), items)),)
    except: _sw_error(4); raise
    finally: _sw_state(4, items); _sw_exit(4)


class Method:
    def method(self, items):
        try:
            _sw_enter_m(5, self, items); _sw_keep(5, items)
            _sw_out(_sw_call_m(24, self, "change", items).change(self, items), items)
            _sw_out(_sw_call_m(25, items, "add", items).add(self), items)
        except: _sw_error(5); raise
        finally: _sw_state(5, items); _sw_exit(5)

    @staticmethod
    def static(items): pass

    @classmethod
    def of_class(cls, items): 
        try: _sw_enter_m(6, cls, items); _sw_keep(6, items); _sw_out(_sw_call_m(26, cls, "change", items).change(cls, items), items)
        except: _sw_error(6); raise
        finally: _sw_state(6, items); _sw_exit(6)
