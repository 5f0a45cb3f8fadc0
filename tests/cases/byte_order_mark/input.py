def f(a):
    return "é"
