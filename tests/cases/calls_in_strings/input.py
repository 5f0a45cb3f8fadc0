def strings(f, x):
    a = f"{f(x)} {x.f(x['a'])!r:>{f(x)}} {{f(x)}} {f(x)=} {f(x) = !s:{f(x)}} {x=}"
    b = rf'''
{f(x)
  } \N{f(x)} {f'{f(x)}' f"{x}"} {(lambda y: f(y))(x)}
''' 'plain f(x)' F"{f(x)}"
    c = f"\N{DIGIT ONE}{f(i for i in x)} {f(x.y, *x):%Y-{f(x)}} { {1: f(x)}[1] }"
    return f"{f(x) != f(x)} {f'{f(x)}':>{f(x)}}" f'{[f(i) for i in x]}' if f"{f(x)}" else (f"{f(x)}")
