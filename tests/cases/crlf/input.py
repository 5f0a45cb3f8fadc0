"""Module."""
import os


def f(a):
    """Doc."""
    x = """a
b"""
    return x


def g(): return 1
