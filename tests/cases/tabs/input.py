class A:
	def f(self):
		if self:
			return 1
		return 2
	def g(self): return 3
def h():
  if 1:
        return 1
  return 2
def after_form_feed():
    return 1
