# -*- coding: latin-1 -*-
# é
def price(x): return 4 * x