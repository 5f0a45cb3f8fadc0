def layout(x):
    x = 1;
    x = 1 ; y = 2 ;z = 3  # comment
    x = \
        1
    x = 1; \
    y = 2
    x = """a
  b"""; y = f"""
{x}"""
    if x: y = 1; z = 2
    if x:y = 1
    else:y = 2;
    for y in x:z = y;
    while x: break; pass
    x = [
1,
    ]
    if x:
        pass
        # comment
    # comment
    x = 1;pass
    (x).y
    "constant"; ...; 1
    x = (1,
2); return x


def docstring(): "doc"


def after_docstring():
    "doc"; x = 1; return x


def inline(x): y = x; return y


def	inline_generator(x):y = yield x;z = y # last