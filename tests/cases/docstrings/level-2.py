"""Module."""; import os
from spanwright import probes as _sw_; _sw_enter, _sw_ret, _sw_fail = _sw_(__name__, "input.py@a8cbedc0778136f4", 2, 6, "enter ret fail")  # instrumented, level 2; the original comes back with: uninstrument --restore
def only():
    """Only a docstring."""


def then_code():
    """Docstring."""
    try:
        _sw_enter(0)
        return _sw_ret(1)
    except: _sw_fail(0); raise


def same_line():
    """Docstring."""; 
    try:
        _sw_enter(1); x = 1; return _sw_ret(x)
    except: _sw_fail(1); raise


def trailing_semicolon():
    """Docstring.""";
    try:
        _sw_enter(2)
        return _sw_ret(1)
    except: _sw_fail(2); raise


def commented():
    """Docstring."""  # a comment
    try:
        _sw_enter(3)
        # another
        return _sw_ret(1)
    except: _sw_fail(3); raise


def joined():
    ("one "
     "two")
    try:
        _sw_enter(4)
        return _sw_ret(1)
    except: _sw_fail(4); raise


def not_a_docstring():
    try:
        _sw_enter(5)
        b"bytes"
        f"{1}"
        return _sw_ret(1)
    except: _sw_fail(5); raise


def in_line(): "Docstring."; return 1
