from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail, _sw_val, _sw_error, _sw_exit, _sw_co_m, _sw_call, _sw_out, _sw_await = _sw_(__name__, "input.py@4cac0cde6ea80190", 2, 8, "enter enter_m ret fail val error exit co_m call out await")  # instrumented, level 3; the original comes back with: uninstrument --restore
def a(): 
    try: _sw_enter(0); return _sw_ret(1)
    except: _sw_fail(0); raise
def b(x): 
    try: _sw_enter(1, x); x += 1; return _sw_ret(x)
    except: _sw_fail(1); raise
def c(): 
    try: _sw_enter(2); return _sw_ret(5); # comment
    except: _sw_fail(2); raise
class D:
    def e(self): 
        try: _sw_enter_m(3, self); self.x = 1
        except: _sw_fail(3); raise
        else: _sw_ret()
    async def f(self): 
        _sw_s = _sw_co_m(4, self)
        try: await _sw_await(_sw_s, 6, _sw_out(_sw_call(7, g)())); return _sw_val(_sw_s, 1)
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
def h():  
    try: _sw_enter(5); return _sw_ret(1)
    except: _sw_fail(5); raise
