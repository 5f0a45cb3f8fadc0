#!/usr/bin/env python3
from spanwright import probes as _sw_; _sw_enter_m, _sw_ret, _sw_fail = _sw_(__name__, "app.py@fe863524ae5ec2ba", 2, 2, "enter_m ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
import lib


class Desk:
	def lend(self, n):
		try:
			_sw_enter_m(0, self, n)
			return _sw_ret(lib.double(n))
		except: _sw_fail(0); raise

	def close(self):
		try:
			_sw_enter_m(1, self)
			return _sw_ret(None)
		except: _sw_fail(1); raise


print(Desk().lend(3))