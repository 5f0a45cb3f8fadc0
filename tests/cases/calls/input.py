def plain(f, x, y):
    f()
    f(x)
    f(x, 1, -2.5, 'a' "b", None, ..., key=[x, (y, {}), {1: x}, {2, 3}])
    f(*x, **y)
    f(lambda a, b=1: a)
    return f(x)(y)[0](x.y)


def methods(db, name):
    db.cursor().execute("select", name).fetchall()
    (db.query)(name)
    (db).query (name)
    1 .real.hex(); "a".join(name); [1].pop(); {**name}.get(1)
    return -db.x.y(name) ** 2


class Users:
    def __load(self, key):
        super().__init__()
        self.__load(key)
        self.__class__.__name__.title()
        return self._cache.größe(key)

    def chain(self):
        return (
            self  # the object
            .first(1)
            # and then
            .second(
                2,  # two
            )
        )


def touching(f, x):
    if not(f)(x):
        return(f)(x)
    assert(f)(x), (f)(x)
    yield(f)(x)
    x = 1if f(x)else 2if(f)(x)else 3
    for i in(f)(x): print(i)
    return[f(x)for x in(f)(x)]


def caught(f):
    try:
        f()
    except ValueError: pass
    except f(KeyError) as e:
        # what
        raise e from f(1)
    else:
        f(2)
    finally:
        f(3)
