from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_val, _sw_error, _sw_exit, _sw_line = _sw_(__name__, "input.py@34001915ef06c50f", 2, 12, "enter enter_m val error exit line")  # instrumented, level 5; the original comes back with: uninstrument --restore
class A:
	def f(self):
		try:
			_sw_enter_m(0, self)
			if _sw_line(4) or (self):
				_sw_line(5); return _sw_val(1)
			_sw_line(6); return _sw_val(2)
		except: _sw_error(0); raise
		finally: _sw_exit(0)
	def g(self): 
		try: _sw_enter_m(1, self); _sw_line(7); return _sw_val(3)
		except: _sw_error(1); raise
		finally: _sw_exit(1)
def h():
  try:
    _sw_enter(2)
    if _sw_line(8) or (1):
          _sw_line(9); return _sw_val(1)
    _sw_line(10); return _sw_val(2)
  except: _sw_error(2); raise
  finally: _sw_exit(2)
def after_form_feed():
    try:
    	_sw_enter(3)
    	_sw_line(11); return _sw_val(1)
    except: _sw_error(3); raise
    finally: _sw_exit(3)
