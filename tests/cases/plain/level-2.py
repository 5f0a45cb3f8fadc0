#!/usr/bin/env python3
# A comment before everything.
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@1500d526db684666", 2, 5, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
import os


def add(a, b):
    try:
        _sw_enter(0, a, b)
        return _sw_ret(a + b)
    except: _sw_fail(0); raise


def nothing_returned(path):
    try:
        _sw_enter(1, path)
        os.stat(path)
    except: _sw_fail(1); raise
    else: _sw_ret()


def both(flag):
    try:
        _sw_enter(2, flag)
        if flag:
            return _sw_ret(1)
        print("no")
    except: _sw_fail(2); raise
    else: _sw_ret()


def every_branch_returns(flag):
    try:
        _sw_enter(3, flag)
        if flag:
            return _sw_ret(1)
        else:
            raise ValueError(flag)
    except: _sw_fail(3); raise


def recursive(n):
    try:
        _sw_enter(4, n)
        return _sw_ret(1 if n < 2 else n * recursive(n - 1))
    except: _sw_fail(4); raise


if __name__ == "__main__":
    print(add(1, 2), recursive(5))
