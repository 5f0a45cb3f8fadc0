"""Ways to start or import code, each of which some tool did not survive (logfire #905, DynaPyt #38)."""

from __future__ import annotations

import marshal
import zipfile
from pathlib import Path

import pytest
from display_projects import Project
from trapped import Trap

WORK = """
import sys

def work(n):
    return [n, __name__, sys.argv[1:]]

print(work(1), __file__ == sys.argv[0] or __file__.rpartition("/")[2])
"""
RUNPY = """
import runpy
def run():
    space = runpy.run_path("work.py", run_name="given")
    print(space["work"](2)[:2], space["__name__"])
    print(sorted(set(runpy.run_module("work")) - {"_sw_", *SKIPPED})[:3])
SKIPPED = ()
run()
"""
RELOADED = """
import importlib, work
before = work.work
importlib.reload(work)
print(before is work.work, before(1)[0], work.work(2)[0], before.__code__ == work.work.__code__)
"""
NAMESPACE = {
    "one/space/first.py": "def here(): return __name__, __package__, __spec__.parent\n",
    "two/space/second.py": "from . import first\ndef there(): return first.here(), __name__\n",
    "app.py": """
import sys
sys.path[:0] = ["one", "two"]
import space.second
print(space.second.there(), len(space.__path__), space.__spec__.loader is not None, space.__file__)
""",
}


@pytest.mark.parametrize("words", [("work.py", "a"), ("-m", "work", "a"), ("-c", "import work"), ("./work.py",)])
def test_a_file_runs_however_it_is_started(trap: Trap, words: tuple[str, ...]) -> None:
    trap.same({"work.py": WORK}, *words)
    assert trap.recorded()["work"] == 1


def test_a_file_that_is_piped_into_the_interpreter_runs(trap: Trap) -> None:
    trap.write({"work.py": WORK.replace("__file__", "__name__")})
    trap.instrument("work.py")
    given = (trap.folder / "work.py").read_bytes()
    outcome = Project(trap.folder).run("-", "a", given=given, SPANWRIGHT_CORE=trap.core)
    assert outcome.out == b"[1, '__main__', ['a']] __main__\n"
    assert b"no folder above it has .spanwright/" in outcome.err and outcome.err.count(b"\n") == 1


def test_runpy_runs_files_and_modules(trap: Trap) -> None:
    trap.same({"work.py": WORK, "app.py": RUNPY}, "app.py", "x")


def test_a_reloaded_module_is_recorded_again(trap: Trap) -> None:
    trap.same({"work.py": WORK, "app.py": RELOADED}, "app.py")
    assert trap.recorded()["work"] == 4


def test_namespace_packages_are_put_together(trap: Trap) -> None:
    trap.same(NAMESPACE, "app.py")
    assert trap.recorded()["here"] == 1


def test_a_zipped_application_runs_and_is_recorded(trap: Trap) -> None:
    files = {"inside/__main__.py": "import work\nprint(work.work(2))\n", "inside/work.py": WORK}
    project, archive = Project(trap.folder), trap.folder / "app.pyz"

    def run() -> tuple[int, bytes, bytes]:
        with zipfile.ZipFile(archive, "w") as file:
            for name in files:
                file.write(trap.folder / name, Path(name).name)
        outcome = project.run("app.pyz", "x", SPANWRIGHT_CORE=trap.core)
        return outcome.code, outcome.out, outcome.err

    trap.write(files)
    expected = run()
    trap.instrument(*files)
    assert run() == expected
    assert trap.recorded()["work"] == 2


def test_an_editable_installation_keeps_its_instrumentation(trap: Trap) -> None:
    place = trap.folder / "installed"
    place.mkdir(parents=True)
    (place / "__editable__.work.pth").write_text(f"{trap.folder / 'src'}\n")
    start = {"start.py": f"import site\nsite.addsitedir({str(place)!r})\nimport work\n"}
    trap.same({"src/work.py": WORK, **start}, "-P", "start.py", plain=("start.py",))
    assert trap.recorded()["work"] == 1


FROZEN = """
import marshal, sys
from importlib import abc, machinery

class Frozen(abc.MetaPathFinder, abc.InspectLoader):
    def find_spec(self, name, path=None, target=None):
        return machinery.ModuleSpec(name, self, origin="frozen app") if name == "work" else None
    def get_code(self, name):
        with open("work.code", "rb") as file: return marshal.load(file)
    def get_source(self, name): return None
    def exec_module(self, module):
        module.__file__ = "work.py"
        exec(self.get_code(module.__name__), module.__dict__)

sys.frozen = True
sys.meta_path.insert(0, Frozen())
import work
"""


def test_a_frozen_application_works_and_says_that_it_is_not_recorded(trap: Trap, tmp_path: Path) -> None:
    trap.write({"work.py": WORK})
    trap.instrument("work.py")
    app = tmp_path / "elsewhere"
    app.mkdir()
    code = compile((trap.folder / "work.py").read_bytes(), "work.py", "exec", dont_inherit=True)
    (app / "work.code").write_bytes(marshal.dumps(code))
    (app / "start.py").write_text(FROZEN)
    outcome = Project(app).run("start.py", "x", SPANWRIGHT_CORE=trap.core)
    assert (outcome.code, outcome.out) == (0, b"[1, 'work', ['x']] work.py\n")
    assert b"work.py is instrumented, but no folder above it has .spanwright/" in outcome.err
    assert outcome.err.count(b"\n") == 1
