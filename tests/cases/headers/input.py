def conditions(x):
    if x: pass
    elif (x): pass
    elif(x): pass
    elif not x and x:
        pass
    else: pass
    if(x):
        pass
    if"a"in x: pass
    if lambda: x: pass
    if (yield): pass
    if x if x else x: pass
    if (
        x
        and x
    ):
        pass
    while(x): x = 0
    while x := x - 1:
        continue
    else:
        x = 1


def loops(it):
    for a in it: pass
    for a in 1, 2: pass
    for a in *it, 1: pass
    for a in 1,: pass
    for(a)in(it): pass
    for a, (b, *c) in it:
        print(a)
    else:
        print("end")
    for it.a in it: pass
    for it[0], d in it: pass
    for a in lambda: 1, 2: pass


def managers(cm):
    with cm: pass
    with cm as a: pass
    with (cm): pass
    with (cm, cm): pass
    with (cm as a, cm as (b, c)): pass
    with (cm, cm) as d: pass
    with(cm as a): pass
    with (
        # why
        cm as a,
    ):
        pass
    with cm, cm as e: pass
    with cm as cm.x, cm as cm[0]: pass
    with (cm if cm else cm).x as f: pass
    with (yield) as g: pass
    with (h := cm): pass


def nothing():
    for _ in (): ...
    while False: "constant"
    if 0:
        global g
        g = 1
