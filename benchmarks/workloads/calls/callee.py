"""What the call site calls: never instrumented."""


def callee(a):
    return a
