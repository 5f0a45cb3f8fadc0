from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_co, _sw_call, _sw_out, _sw_caught, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@001263143b977cbd", 2, 25, "enter enter_m val error exit co call out caught var keep state")  # instrumented, level 4; the original comes back with: uninstrument --restore
def after_for(pairs):
    try:
        _sw_enter(0, pairs); _sw_keep(0, pairs)
        for a, b in pairs:
            _sw_var(6, a, b)
            def inner():
                try:
                    _sw_enter(1)
                    return _sw_val(a)
                except: _sw_error(1); raise
                finally: _sw_exit(1)
        for a in pairs:
            # a comment

            _sw_var(7, a)
            @decorated(a)
            @twice
            class C: pass
        for a in pairs:
            _sw_var(8, a)
            while a:
                a -= 1; _sw_var(9, a)
        for a in pairs:
            if _sw_var(10, a) or (a):
                _sw_out(_sw_call(11, print, a)(a), a)
        for a in pairs:
            for b in _sw_var(12, a) or (a): _sw_var(13, b); _sw_out(_sw_call(14, print, b)(b), b)
        for a in pairs:
            with _sw_var(15, a) or (a): pass
        for a in pairs:
            with ((_sw_var)(16, a) or (a), b): pass
        for a in pairs:
            match _sw_var(17, a) or (a):
                case 1: pass
        for a in pairs:
            try:
                try:
                    _sw_var(18, a); _sw_out(_sw_call(19, a)())
                finally:
                    _sw_caught()
                    pass
            except ValueError: _sw_caught(); pass
        for a in pairs:
            try:
                _sw_var(20, a)
                while a: _sw_out(_sw_call(21, a)())
            except ValueError: _sw_caught(); pass
        for a in pairs:
            try:
                _sw_var(22, a)
                def inner(): pass
            except ValueError: _sw_caught(); pass
        for a in pairs: _sw_var(23, a); pass; _sw_out(_sw_call(24, print, a)(a), a)
    except: _sw_error(0); raise
    finally: _sw_state(0, pairs); _sw_exit(0)


def functions():
    try:
        _sw_enter(2)
        def first(): pass
        def second(): 
            try: _sw_enter(3); return _sw_val(1)
            except: _sw_error(3); raise
            finally: _sw_exit(3)

        if first:
            class C:
                x = 1
                def method(self): 
                    try: _sw_enter_m(4, self); return _sw_val(2)
                    except: _sw_error(4); raise
                    finally: _sw_exit(4)
        async def third(a=lambda: 1): 
            _sw_s = _sw_co(5, a); _sw_keep(_sw_s, a)
            try: return _sw_val(_sw_s, 3)
            except: _sw_error(_sw_s); raise
            finally: _sw_state(_sw_s, a); _sw_exit(_sw_s)
    except: _sw_error(2); raise
    finally: _sw_exit(2)
