def every_kind(a, b=1, /, c=2, *args, d, e=3, **kwargs):
    return a


def keyword_only(*, flag=True):
    return flag


def annotated(a: int, *rest: str, **options: "dict[str, int]") -> list[int]:
    return [a]


def deleted(x):
    del x


def over_lines(
    a,  # the first
    b=(1,
       2),
):
    return a, b


class Mangled:
    def method(self, __private):
        return __private
