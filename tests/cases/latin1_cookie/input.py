# -*- coding: latin-1 -*-
"""Grüße."""
def f(größe):
    return "é", größe
