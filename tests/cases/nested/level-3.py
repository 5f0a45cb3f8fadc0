from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail = _sw_(__name__, "input.py@5b96cbed999e98ab", 2, 9, "enter enter_m ret fail")  # instrumented, level 3; the original comes back with: uninstrument --restore
def outer(a):
    try:
        _sw_enter(0, a)
        def middle(b):
            try:
                _sw_enter(1, b)
                nonlocal a
                def inner(c):
                    try:
                        _sw_enter(2, c)
                        global shared
                        shared = c
                        def shared(): 
                            try: _sw_enter(3); return _sw_ret(1)
                            except: _sw_fail(3); raise
                        return _sw_ret(a + b + c)
                    except: _sw_fail(2); raise
                a = 2
                return _sw_ret(inner)
            except: _sw_fail(1); raise

        class Local:
            def method(self):
                try:
                    _sw_enter_m(4, self)
                    return _sw_ret(a)
                except: _sw_fail(4); raise
            def last(self): 
                try: _sw_enter_m(5, self); return _sw_ret(2)
                except: _sw_fail(5); raise
        return _sw_ret((middle, Local),)
    except: _sw_fail(0); raise


def ends_with_function():
    try:
        _sw_enter(6)
        def first():
            try:
                _sw_enter(7)
                def second():
                    try:
                        _sw_enter(8)
                        return _sw_ret(1)
                    except: _sw_fail(8); raise
            except: _sw_fail(7); raise
            else: _sw_ret()
    except: _sw_fail(6); raise
    else: _sw_ret()
