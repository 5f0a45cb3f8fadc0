from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@228a81ad03c4acf6", 2, 4, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
class A:
	def f(self):
		try:
			_sw_enter(0)
			if self:
				return 1
			return 2
		except: _sw_flag(0); raise
		finally: _sw_exit(0)
	def g(self): 
		try: _sw_enter(1); return 3
		except: _sw_flag(1); raise
		finally: _sw_exit(1)
def h():
  try:
    _sw_enter(2)
    if 1:
          return 1
    return 2
  except: _sw_flag(2); raise
  finally: _sw_exit(2)
def after_form_feed():
    try:
    	_sw_enter(3)
    	return 1
    except: _sw_flag(3); raise
    finally: _sw_exit(3)
