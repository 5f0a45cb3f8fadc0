"""Module."""; import os
from spanwright import probes as _sw_; _sw_enter, _sw_val, _sw_error, _sw_exit, _sw_line, _sw_var = _sw_(__name__, "input.py@4ca59bfae503a08e", 2, 16, "enter val error exit line var")  # instrumented, level 5; the original comes back with: uninstrument --restore
def only():
    """Only a docstring."""


def then_code():
    """Docstring."""
    try:
        _sw_enter(0)
        _sw_line(6); return _sw_val(1)
    except: _sw_error(0); raise
    finally: _sw_exit(0)


def same_line():
    """Docstring."""; 
    try:
        _sw_enter(1); _sw_line(7); x = 1; _sw_var(8, x); _sw_line(9); return _sw_val(x)
    except: _sw_error(1); raise
    finally: _sw_exit(1)


def trailing_semicolon():
    """Docstring.""";
    try:
        _sw_enter(2)
        _sw_line(10); return _sw_val(1)
    except: _sw_error(2); raise
    finally: _sw_exit(2)


def commented():
    """Docstring."""  # a comment
    try:
        _sw_enter(3)
        # another
        _sw_line(11); return _sw_val(1)
    except: _sw_error(3); raise
    finally: _sw_exit(3)


def joined():
    ("one "
     "two")
    try:
        _sw_enter(4)
        _sw_line(12); return _sw_val(1)
    except: _sw_error(4); raise
    finally: _sw_exit(4)


def not_a_docstring():
    try:
        _sw_enter(5)
        _sw_line(13); b"bytes"
        _sw_line(14); f"{1}"
        _sw_line(15); return _sw_val(1)
    except: _sw_error(5); raise
    finally: _sw_exit(5)


def in_line(): "Docstring."; return 1
