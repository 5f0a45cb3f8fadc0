from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_co, _sw_call, _sw_out, _sw_caught, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@c02194aaac4bb56a", 2, 77, "enter enter_m val error exit co call out caught line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def after_for(pairs):
    try:
        _sw_enter(0, pairs); _sw_keep(0, pairs)
        for a, b in _sw_line(6) or (pairs):
            _sw_var(7, a, b); _sw_line(8)
            def inner():
                try:
                    _sw_enter(1)
                    _sw_line(9); return _sw_val(a)
                except: _sw_error(1); raise
                finally: _sw_exit(1)
        for a in _sw_line(10) or (pairs):
            # a comment

            _sw_var(11, a); _sw_line(12)
            @decorated(a)
            @twice
            class C: pass
        for a in _sw_line(13) or (pairs):
            _sw_var(14, a)
            while _sw_line(15) or (a):
                _sw_line(16); a -= 1; _sw_var(17, a)
        for a in _sw_line(18) or (pairs):
            if _sw_var(19, a) or _sw_line(20) or (a):
                _sw_line(21); _sw_out(_sw_call(22, print, a)(a), a)
        for a in _sw_line(23) or (pairs):
            for b in _sw_var(24, a) or _sw_line(25) or (a): _sw_var(26, b); _sw_line(27); _sw_out(_sw_call(28, print, b)(b), b)
        for a in _sw_line(29) or (pairs):
            with _sw_var(30, a) or _sw_line(31) or (a): _sw_line(32); pass
        for a in _sw_line(33) or (pairs):
            with ((_sw_var)(34, a) or _sw_line(35) or (a), b): _sw_line(36); pass
        for a in _sw_line(37) or (pairs):
            match _sw_var(38, a) or _sw_line(39) or (a):
                case 1: _sw_line(40); pass
        for a in _sw_line(41) or (pairs):
            try:
                try:
                    _sw_var(42, a); _sw_line(43); _sw_line(44); _sw_line(45); _sw_out(_sw_call(46, a)())
                finally:
                    _sw_caught()
                    _sw_line(47); pass
            except _sw_line(48) or (ValueError): _sw_caught(); _sw_line(49); pass
        for a in _sw_line(50) or (pairs):
            try:
                _sw_var(51, a); _sw_line(52)
                while _sw_line(53) or (a): _sw_line(54); _sw_out(_sw_call(55, a)())
            except _sw_line(56) or (ValueError): _sw_caught(); _sw_line(57); pass
        for a in _sw_line(58) or (pairs):
            try:
                _sw_var(59, a); _sw_line(60); _sw_line(61)
                def inner(): pass
            except _sw_line(62) or (ValueError): _sw_caught(); _sw_line(63); pass
        for a in _sw_line(64) or (pairs): _sw_var(65, a); _sw_line(66); pass; _sw_line(67); _sw_out(_sw_call(68, print, a)(a), a)
    except: _sw_error(0); raise
    finally: _sw_state(0, pairs); _sw_exit(0)


def functions():
    try:
        _sw_enter(2)
        _sw_line(69)
        def first(): pass
        _sw_line(70)
        def second(): 
            try: _sw_enter(3); _sw_line(71); return _sw_val(1)
            except: _sw_error(3); raise
            finally: _sw_exit(3)

        if _sw_line(72) or (first):
            _sw_line(73)
            class C:
                x = 1
                def method(self): 
                    try: _sw_enter_m(4, self); _sw_line(74); return _sw_val(2)
                    except: _sw_error(4); raise
                    finally: _sw_exit(4)
        _sw_line(75)
        async def third(a=lambda: 1): 
            _sw_s = _sw_co(5, a); _sw_keep(_sw_s, a)
            try: _sw_line(_sw_s, 76); return _sw_val(_sw_s, 3)
            except: _sw_error(_sw_s); raise
            finally: _sw_state(_sw_s, a); _sw_exit(_sw_s)
    except: _sw_error(2); raise
    finally: _sw_exit(2)
