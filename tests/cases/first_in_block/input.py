def after_for(pairs):
    for a, b in pairs:
        def inner():
            return a
    for a in pairs:
        # a comment

        @decorated(a)
        @twice
        class C: pass
    for a in pairs:
        while a:
            a -= 1
    for a in pairs:
        if a:
            print(a)
    for a in pairs:
        for b in a: print(b)
    for a in pairs:
        with a: pass
    for a in pairs:
        with (a, b): pass
    for a in pairs:
        match a:
            case 1: pass
    for a in pairs:
        try:
            try:
                a()
            finally:
                pass
        except ValueError: pass
    for a in pairs:
        try:
            while a: a()
        except ValueError: pass
    for a in pairs:
        try:
            def inner(): pass
        except ValueError: pass
    for a in pairs: pass; print(a)


def functions():
    def first(): pass
    def second(): return 1

    if first:
        class C:
            x = 1
            def method(self): return 2
    async def third(a=lambda: 1): return 3
