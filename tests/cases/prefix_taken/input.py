_sw_ = 1


def f(_sw_enter):
    return _sw_enter
