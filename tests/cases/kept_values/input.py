def trackable(items, rebound, deleted, looped, imported, shared, *args, **options):
    rebound = []
    del deleted
    for looped in items: pass
    import imported
    def inner():
        nonlocal shared
        shared = 1


def generator(items):
    yield items


async def coroutine(items): return items


def arguments(items, gone):
    local = {}
    change(items, local)
    change(items, key=local, *items, **local)
    change(change, items.x, items, items)
    items.append(local)
    change(local, len(items))
    change(local, local := 1)
    change((items))
    change(gone)
    del gone
    return [change(local, x) for x in items], lambda items: change(items)


class Method:
    def method(self, items):
        self.change(self, items)
        items.add(self)

    @staticmethod
    def static(items): pass

    @classmethod
    def of_class(cls, items): cls.change(cls, items)
