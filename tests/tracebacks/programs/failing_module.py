"""Fails while it is imported."""
import os


def compute(n):
    return os.sep * n / 2


value = compute(
    3
)
