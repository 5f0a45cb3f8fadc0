def outer(a):
    def middle(b):
        nonlocal a
        def inner(c):
            global shared
            shared = c
            def shared(): return 1
            return a + b + c
        a = 2
        return inner

    class Local:
        def method(self):
            return a
        def last(self): return 2
    return middle, Local


def ends_with_function():
    def first():
        def second():
            return 1
