import sys; data = {"a": 1}
def f(x): return g(x) if x else data["b"]
def g(x): y = x - 1; return f(y)
class C: h = lambda self, x: f(x); k = 2
if data: z = C().k; C().h(
    2); sys.exit("never")
