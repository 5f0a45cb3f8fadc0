"""Module."""
from __future__ import annotations
from __future__ import division as d; x = 1

import os
def f(): return x
