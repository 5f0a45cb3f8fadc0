"""The builtins that the Python core calls: those of the time when it was loaded.

A function looks builtins up in what its module's `__builtins__` was when it was made, so each module of the Python core
imports these under that name first. What a program puts into the places of `len` or `isinstance` later is then its own
affair.
"""

import builtins

#: Without the last value of an interactive session, which would be kept alive.
own = {name: value for name, value in vars(builtins).items() if name != "_"}
