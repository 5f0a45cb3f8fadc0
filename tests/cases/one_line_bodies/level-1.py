from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit, _sw_co = _sw_(__name__, "input.py@e65ec42ef8ef064b", 2, 6, "enter flag exit co")  # instrumented, level 1; the original comes back with: uninstrument --restore
def a(): 
    try: _sw_enter(0); return 1
    except: _sw_flag(0); raise
    finally: _sw_exit(0)
def b(x): 
    try: _sw_enter(1); x += 1; return x
    except: _sw_flag(1); raise
    finally: _sw_exit(1)
def c(): 
    try: _sw_enter(2); return 5; # comment
    except: _sw_flag(2); raise
    finally: _sw_exit(2)
class D:
    def e(self): 
        try: _sw_enter(3); self.x = 1
        except: _sw_flag(3); raise
        finally: _sw_exit(3)
    async def f(self): 
        _sw_s = _sw_co(4)
        try: await g(); return 1
        except: _sw_flag(_sw_s); raise
        finally: _sw_exit(_sw_s)
def h():  
    try: _sw_enter(5); return 1
    except: _sw_flag(5); raise
    finally: _sw_exit(5)
