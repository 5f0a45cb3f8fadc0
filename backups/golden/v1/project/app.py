#!/usr/bin/env python3
# -*- coding: latin-1 -*-
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "app.py@ccfa72ebaf52ecf2", 1, 1, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
from lib import double


def main():
    try:
        _sw_enter(0)
        print("ä", double(21))
    except: _sw_fail(0); raise
    else: _sw_ret()


main()