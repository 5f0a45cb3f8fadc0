"""Import hooks break loaders, resources and `python -m` (logfire #1211, #905, #388)."""

from __future__ import annotations

from trapped import Trap

PACKAGE = {
    "pkg/__init__.py": '''
"""A package."""
from importlib import resources

def load(name):
    return (resources.files(__name__) / name).read_text()

def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return f"made {name}"

def __dir__():
    return ["load", "made"]
''',
    "pkg/data.txt": "the data\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/more.txt": "more\n",
    "pkg/sub/code.py": '''
import pkgutil
from importlib import resources

def both():
    with resources.as_file(resources.files("pkg.sub") / "more.txt") as path:
        return path.read_text(), pkgutil.get_data("pkg", "data.txt"), resources.files().name
''',
    "pkg/__main__.py": '''
import sys
from . import load
from .sub.code import both

def main():
    print(__name__, __package__, __spec__.name, sys.argv[1:], load("data.txt"))
    try: print(both())
    except TypeError as error: print(error)

main()
''',
    "app.py": '''
import importlib.util, inspect, pkgutil, sys
import pkg, pkg.sub.code
from pkg import anything

def look(module):
    spec, loader = module.__spec__, module.__loader__
    print(module.__name__, spec.origin, spec.has_location, spec.submodule_search_locations, type(loader).__name__)
    print(spec.cached, module.__file__, loader.get_filename(module.__name__), loader.is_package(module.__name__))

def main():
    print(anything, dir(pkg), hasattr(pkg, "_hidden"), pkg.load("data.txt"), pkg.load.__module__)
    for module in (pkg, pkg.sub, pkg.sub.code, sys.modules["__main__"]):
        if module.__spec__: look(module)
    print([info.name for info in pkgutil.walk_packages(pkg.__path__, "pkg.")])
    print(importlib.util.find_spec("pkg.sub.code").origin == pkg.sub.code.__file__)
    print(inspect.getfile(pkg.sub.code.both), __file__)

main()
''',
}  # fmt: skip


def test_resources_and_loaders_are_what_they_were(trap: Trap) -> None:
    trap.same(PACKAGE, "app.py")


def test_a_package_that_is_run_finds_its_resources(trap: Trap) -> None:
    trap.same(PACKAGE, "-m", "pkg", "word")
    assert trap.recorded()["load"] == 1
