"""Wrappers break pickling and multiprocessing (appmap-python #200, #318; eliot #343)."""

from __future__ import annotations

import pytest
from trapped import Trap

PICKLED = {
    "things.py": """
import functools

class Thing:
    def __init__(self, n): self.n = n
    def double(self): return Thing(self.n * 2)
    def __eq__(self, other): return self.n == other.n
    def __reduce__(self): return make, (self.n,)
    @staticmethod
    def static(n): return n + 1
    @classmethod
    def built(cls, n): return cls(n)

def make(n): return Thing(n)

@functools.lru_cache
def cached(n): return n * 3
""",
    "app.py": """
import copy, pickle, copyreg, things
from things import Thing, make, cached
for thing in (Thing, make, cached, Thing(3), Thing(3).double, Thing.static, Thing.built, [make, Thing.double]):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(thing, protocol)
        print(protocol, len(data), type(pickle.loads(data)))
    copied = copy.deepcopy(thing)
    print(copied == thing, type(copied))
for bad in (lambda: 1, (n for n in "a"), (lambda: (yield))()):
    try: pickle.dumps(bad)
    except Exception as error: print(type(error))
print(pickle.loads(pickle.dumps(Thing(4).double))().n)
""",
}
POOLS = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor

def work(n):
    if n == 3: raise ValueError(n)
    return n * n

class Job:
    def __init__(self, n): self.n = n
    def run(self, more): return self.n + more

def main(method):
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        print(pool.map(work, [1, 2]), pool.apply_async(Job(1).run, (2,)).get())
        try: pool.map(work, [3])
        except ValueError as error: print(repr(error), type(error.__cause__).__name__)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        print(pool.submit(Job(5).run, 6).result(), pool.submit(work, 3).exception())

if __name__ == "__main__":
    main(sys.argv[1])
"""


def test_functions_methods_and_objects_pickle_as_they_did(trap: Trap) -> None:
    trap.same(PICKLED, "app.py")


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_pools_of_processes_take_functions_and_methods(trap: Trap, method: str) -> None:
    out = trap.same({"app.py": POOLS}, "app.py", method).out
    assert out == b"[1, 4] 3\nValueError(3) RemoteTraceback\n11 3\n"
    assert trap.recorded()["work"] >= 4 and trap.recorded()["Job.run"] == 2
