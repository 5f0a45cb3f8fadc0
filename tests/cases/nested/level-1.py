from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@31f19e34a5087c1a", 2, 9, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
def outer(a):
    try:
        _sw_enter(0)
        def middle(b):
            try:
                _sw_enter(1)
                nonlocal a
                def inner(c):
                    try:
                        _sw_enter(2)
                        global shared
                        shared = c
                        def shared(): 
                            try: _sw_enter(3); return 1
                            except: _sw_flag(3); raise
                            finally: _sw_exit(3)
                        return a + b + c
                    except: _sw_flag(2); raise
                    finally: _sw_exit(2)
                a = 2
                return inner
            except: _sw_flag(1); raise
            finally: _sw_exit(1)

        class Local:
            def method(self):
                try:
                    _sw_enter(4)
                    return a
                except: _sw_flag(4); raise
                finally: _sw_exit(4)
            def last(self): 
                try: _sw_enter(5); return 2
                except: _sw_flag(5); raise
                finally: _sw_exit(5)
        return middle, Local
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


def ends_with_function():
    try:
        _sw_enter(6)
        def first():
            try:
                _sw_enter(7)
                def second():
                    try:
                        _sw_enter(8)
                        return 1
                    except: _sw_flag(8); raise
                    finally: _sw_exit(8)
            except: _sw_flag(7); raise
            finally: _sw_exit(7)
    except: _sw_flag(6); raise
    finally: _sw_exit(6)
