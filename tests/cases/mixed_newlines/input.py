import os
def f(a):
    x = 1
    return x

def g(b):
    y = 1
    return y