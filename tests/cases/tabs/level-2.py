from spanwright import probes as _sw_; _sw_enter, _sw_enter_m, _sw_ret, _sw_fail = _sw_(__name__, "input.py@aa571cd032a7d32d", 2, 4, "enter enter_m ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
class A:
	def f(self):
		try:
			_sw_enter_m(0, self)
			if self:
				return _sw_ret(1)
			return _sw_ret(2)
		except: _sw_fail(0); raise
	def g(self): 
		try: _sw_enter_m(1, self); return _sw_ret(3)
		except: _sw_fail(1); raise
def h():
  try:
    _sw_enter(2)
    if 1:
          return _sw_ret(1)
    return _sw_ret(2)
  except: _sw_fail(2); raise
def after_form_feed():
    try:
    	_sw_enter(3)
    	return _sw_ret(1)
    except: _sw_fail(3); raise
