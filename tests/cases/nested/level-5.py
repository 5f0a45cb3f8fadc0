from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_var, _sw_keep, _sw_state = _sw_(__name__, "input.py@2426fa28f58a5c98", 2, 26, "enter enter_m val error exit line var keep state")  # instrumented, level 5; the original comes back with: uninstrument --restore
def outer(a):
    try:
        _sw_enter(0, a)
        _sw_line(9)
        def middle(b):
            try:
                _sw_enter(1, b); _sw_keep(1, b)
                nonlocal a
                _sw_line(10)
                def inner(c):
                    try:
                        _sw_enter(2, c); _sw_keep(2, c)
                        global shared
                        _sw_line(11); shared = c; _sw_var(12, shared)
                        _sw_line(13)
                        def shared(): 
                            try: _sw_enter(3); _sw_line(14); return _sw_val(1)
                            except: _sw_error(3); raise
                            finally: _sw_exit(3)
                        _sw_line(15); return _sw_val(a + b + c)
                    except: _sw_error(2); raise
                    finally: _sw_state(2, c); _sw_exit(2)
                _sw_line(16); a = 2; _sw_var(17, a)
                _sw_line(18); return _sw_val(inner)
            except: _sw_error(1); raise
            finally: _sw_state(1, b); _sw_exit(1)

        _sw_line(19)
        class Local:
            def method(self):
                try:
                    _sw_enter_m(4, self)
                    _sw_line(20); return _sw_val(a)
                except: _sw_error(4); raise
                finally: _sw_exit(4)
            def last(self): 
                try: _sw_enter_m(5, self); _sw_line(21); return _sw_val(2)
                except: _sw_error(5); raise
                finally: _sw_exit(5)
        _sw_line(22); return _sw_val((middle, Local),)
    except: _sw_error(0); raise
    finally: _sw_exit(0)


def ends_with_function():
    try:
        _sw_enter(6)
        _sw_line(23)
        def first():
            try:
                _sw_enter(7)
                _sw_line(24)
                def second():
                    try:
                        _sw_enter(8)
                        _sw_line(25); return _sw_val(1)
                    except: _sw_error(8); raise
                    finally: _sw_exit(8)
            except: _sw_error(7); raise
            finally: _sw_exit(7)
    except: _sw_error(6); raise
    finally: _sw_exit(6)
