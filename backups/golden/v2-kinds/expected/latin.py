# -*- coding: latin-1 -*-
"""Café."""


def double(number):
    return 2 * number


class Shelf:
    def count(self):
        return double(21)

NAME = 'André'
