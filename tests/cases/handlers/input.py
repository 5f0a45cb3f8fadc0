def kinds(x):
    try:
        x()
    except ValueError:
        pass
    except (TypeError, KeyError) as error:
        raise error
    except(OSError):
        print("touching")
    except x.errors[0] as e: print(e)
    except:
        print("bare")
    else:
        print("else")
    finally:
        print("finally")


def groups(x):
    try: x()
    except* ValueError as group: print(group)
    except*TypeError: print("touching")


def bare(x):
    try: x()
    except: raise
    try:
        pass
    except:
        def inner(): pass
    finally: x()
    try:
        return
    finally:
        pass


def generator(x):
    try:
        yield x
    except GeneratorExit as stop:
        raise
    finally:
        x()
