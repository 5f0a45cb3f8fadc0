#!/usr/bin/env python3
"""Can be executed."""


def double(number):
    return 2 * number


class Shelf:
    def count(self):
        return double(21)
