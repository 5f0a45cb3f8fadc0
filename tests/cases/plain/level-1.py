#!/usr/bin/env python3
# A comment before everything.
from spanwright import probes as _sw_; _sw_enter, _sw_flag, _sw_exit = _sw_(__name__, "input.py@86cc55ade53c10ef", 2, 5, "enter flag exit")  # instrumented, level 1; the original comes back with: uninstrument --restore
import os


def add(a, b):
    try:
        _sw_enter(0)
        return a + b
    except: _sw_flag(0); raise
    finally: _sw_exit(0)


def nothing_returned(path):
    try:
        _sw_enter(1)
        os.stat(path)
    except: _sw_flag(1); raise
    finally: _sw_exit(1)


def both(flag):
    try:
        _sw_enter(2)
        if flag:
            return 1
        print("no")
    except: _sw_flag(2); raise
    finally: _sw_exit(2)


def every_branch_returns(flag):
    try:
        _sw_enter(3)
        if flag:
            return 1
        else:
            raise ValueError(flag)
    except: _sw_flag(3); raise
    finally: _sw_exit(3)


def recursive(n):
    try:
        _sw_enter(4)
        return 1 if n < 2 else n * recursive(n - 1)
    except: _sw_flag(4); raise
    finally: _sw_exit(4)


if __name__ == "__main__":
    print(add(1, 2), recursive(5))
