from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_co_m, _sw_call, _sw_out, _sw_await, _sw_line, _sw_var, _sw_let = _sw_(__name__, "input.py@be77617dfce14d72", 2, 18, "enter enter_m val error exit co_m call out await line var let")  # instrumented, level 5; the original comes back with: uninstrument --restore
def a(): 
    try: _sw_enter(0); _sw_line(6); return _sw_val(1)
    except: _sw_error(0); raise
    finally: _sw_exit(0)
def b(x): 
    try: _sw_enter(1, x); _sw_line(7); x += 1; _sw_var(8, x); _sw_line(9); return _sw_val(x)
    except: _sw_error(1); raise
    finally: _sw_exit(1)
def c(): 
    try: _sw_enter(2); _sw_line(10); return _sw_val(5); # comment
    except: _sw_error(2); raise
    finally: _sw_exit(2)
class D:
    def e(self): 
        try: _sw_enter_m(3, self); _sw_line(11); self.x = _sw_let(12, 1)
        except: _sw_error(3); raise
        finally: _sw_exit(3)
    async def f(self): 
        _sw_s = _sw_co_m(4, self)
        try: _sw_line(_sw_s, 13); await _sw_await(_sw_s, 14, _sw_out(_sw_call(15, g)())); _sw_line(_sw_s, 16); return _sw_val(_sw_s, 1)
        except: _sw_error(_sw_s); raise
        finally: _sw_exit(_sw_s)
def h():  
    try: _sw_enter(5); _sw_line(17); return _sw_val(1)
    except: _sw_error(5); raise
    finally: _sw_exit(5)
