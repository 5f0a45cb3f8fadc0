def f(a):
    # deeper
  # shallower
# none

    x = (a +
1)
    if x:

        # inside

        y = 1; z = 2;
    else:
        pass
    # last

# after

def g():
    return [
]
    # trailing
