def a(): return 1
def b(x): x += 1; return x
def c(): return 5; # comment
class D:
    def e(self): self.x = 1
    async def f(self): await g(); return 1
def h():  return 1
