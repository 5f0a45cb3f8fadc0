def f(
    a,
    b,
) -> (
    int
):  # comment
    return a


class A(
    object,
):
    def method(
        self): return (
            1
        )


def backslash(a): \
    return a
