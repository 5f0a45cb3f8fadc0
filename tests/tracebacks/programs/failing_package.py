"""Has not got what is asked for."""


def __getattr__(name):
    if name == "nothing":
        raise LookupError(name)
    raise AttributeError(name)
