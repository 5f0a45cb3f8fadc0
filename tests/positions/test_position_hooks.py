"""What is hooked to show originals stays out of sight, and out of the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import spanwright
from c_core import needs_c_core
from display_projects import Project

pytestmark = needs_c_core

RUNTIME = str(Path(spanwright.__file__).parent.parent)
START = b"""\
import sys
before = list(sys.meta_path), set(sys.modules)
import twin
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("twin.py", b'"""A twin."""\ndef fail():\n    raise KeyError(1)\n')
    project.instrument("twin.py")
    return project


def prints(project: Project, text: str) -> list[str]:
    project.write("start.py", START + text.encode())
    outcome = project.run("start.py")
    assert outcome.err == b""
    return outcome.out.decode().splitlines()


def test_finder_is_gone_once_linecache_is_there(project: Project) -> None:
    text = """
import linecache
print(sys.meta_path == before[0], linecache.__spec__.loader is linecache.__loader__)
print(type(linecache.__loader__).__name__, linecache.__spec__.origin == linecache.__file__)
"""
    assert prints(project, text) == ["True True", "SourceFileLoader True"]


PUSHING = b"""
import sys
class Own:
    def find_spec(self, *_): return None
own = Own()
sys.meta_path.%s
import twin
print(sys.meta_path.%s is own)
"""


@pytest.mark.parametrize(("push", "pop"), [(b"insert(0, own)", b"pop(0)"), (b"append(own)", b"pop()")])
def test_a_finder_that_a_program_pushes_is_the_one_it_pops(project: Project, push: bytes, pop: bytes) -> None:
    project.write("start.py", PUSHING % (push, pop))
    assert project.run("start.py").out == b"True\n"


def test_linecache_that_is_only_looked_for_has_its_own_loader(project: Project) -> None:
    text = """
sys.modules.pop("linecache", None)
import importlib.util
spec = importlib.util.find_spec("linecache")
print("def getline" in spec.loader.get_source("linecache"), spec.loader.is_package("linecache"))
import linecache
print(linecache.getline(twin.__file__, 2), end="")
"""
    assert prints(project, text) == ["True False", "def fail():"]


def test_neither_linecache_nor_what_it_needs_is_loaded_for_it(project: Project) -> None:
    costly = {"linecache", "tokenize", "re", "json", "hashlib", "traceback", "functools"}
    assert prints(project, f"print(sorted({costly} & set(sys.modules) - before[1]))") == ["[]"]


def test_a_finder_before_ours_that_knows_linecache_wins(project: Project) -> None:
    text = """
import importlib.machinery, importlib.util
sys.modules.pop("linecache", None)
class First:
    def find_spec(self, name, path=None, target=None):
        if name == "linecache":
            return importlib.machinery.PathFinder.find_spec(name)
sys.meta_path.insert(0, First())
import linecache
print(linecache.getline(twin.__file__, 2), end="")
"""
    assert prints(project, text)[0].startswith(("def fail", "from spanwright"))


def test_io_open_is_the_plain_one_before_and_after_printing(project: Project) -> None:
    text = """
import io, threading
plain = io.open
def fail():
    try:
        twin.fail()
    finally:
        assert io.open is plain
sys.stderr = io.StringIO()
threads = [threading.Thread(target=fail) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(io.open is plain is open, sys.stderr.getvalue().count("    raise KeyError(1)"))
"""
    assert prints(project, text) == ["True 20"]


def test_files_opened_while_printing_are_the_right_ones(project: Project) -> None:
    text = """
import io, pathlib
class Odd(Exception):
    def __str__(self):
        with io.open(twin.__file__) as file, open(twin.__file__, "rb") as raw:
            return str((len(file.read()), len(raw.read())))
import os
sys.stderr = io.StringIO()
sys.excepthook(Odd, Odd(), None)
size = os.stat(twin.__file__).st_size
print(sys.stderr.getvalue().endswith(f"Odd: ({size}, {size})\\n"))
"""
    assert prints(project, text) == ["True"]


def test_a_hook_set_before_the_twin_stays(project: Project) -> None:
    project.write("sitecustomize.py", b"import sys\nsys.excepthook = mine = lambda *_: print('mine')\n")
    text = "import sitecustomize\nprint(sys.excepthook is sitecustomize.mine)\ntwin.fail()\n"
    project.write("start.py", START + text.encode())
    assert project.run("start.py", PYTHONPATH=str(project.folder)).out == b"True\nmine\n"


def test_hooks_work_where_standard_error_is_gone(project: Project) -> None:
    project.write("start.py", START + b"sys.stderr = None\nprint(1)\ntwin.fail()\n")
    outcome = project.run("start.py")
    assert (outcome.code, outcome.out, outcome.err) == (1, b"1\n", b"")


def test_objects_that_die_last_are_reported_as_ever(project: Project) -> None:
    source = (
        b'"""Doc."""\nclass Late:\n    def __del__(self):\n        raise KeyError("late")\n\ndef f():\n    return 1\n'
    )
    start = b"import late, sys, builtins\nsys.kept = builtins.kept = late.Late()\nlate.kept = late.Late()\n"
    project.write("late.py", source)
    project.write("start.py", start)
    expected = project.run("start.py")
    project.instrument("late.py")
    assert project.run("start.py") == expected


MANY = b"""
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
text = '''
import sys
sys.path.insert(0, %r)
import twin, traceback
try:
    twin.fail()
except KeyError:
    traceback.print_exc()
''' % sys.argv[1]
import twin
for _ in range(3):
    each = interpreters.create()
    interpreters.run_string(each, text)
    interpreters.destroy(each)
twin.fail()
"""


def test_each_interpreter_of_a_process_shows_originals(project: Project) -> None:
    project.write("start.py", MANY)
    outcome = project.run("-S", "start.py", str(project.folder), PYTHONPATH=RUNTIME)
    assert outcome.code == 1
    assert outcome.err.count(b'twin.py", line 3, in fail\n    raise KeyError(1)\n') == 4


LIBRARY = ["linecache", "traceback", "warnings", "threading", "tokenize", "contextlib", "codeop", "functools"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the tool needs 3.11")
@pytest.mark.parametrize("how", ["main", "thread", "caught"])
def test_twins_of_the_printing_modules_themselves_print_the_same(tmp_path: Path, how: str) -> None:
    project = Project(tmp_path)
    for name in LIBRARY:
        project.write(f"{name}.py", Path(__import__(name).__file__ or "").read_bytes())
    text = f"""
import traceback, threading, warnings
def work():
    with warnings.catch_warnings(record=False):
        warnings.warn("w")
    1 / 0
if {how!r} == "caught":
    try: work()
    except ZeroDivisionError: traceback.print_exc()
if {how!r} == "thread":
    thread = threading.Thread(target=work); thread.start(); thread.join()
work()
"""
    project.write("app.py", text.encode())
    expected = project.run("app.py")
    for path in sorted(tmp_path.glob("*.py")):
        project.instrument(path.name)
    assert project.run("app.py") == expected
