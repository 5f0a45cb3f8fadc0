"""Reloaders lose instrumentation (appmap-python #192, contrib #546, #477, #385, hmr #38)."""

from __future__ import annotations

import pytest
from display_projects import Project
from trapped import Trap

# Each lives twice: in its first life it edits its own project and waits to be started anew.
WORK = """
import os, pathlib, time

def work(life):
    return f"life {life}"

def live():
    mark = pathlib.Path("mark")
    life = 2 if mark.exists() else 1
    print(work(life), flush=True)
    if life == 2:
        os._exit(0)
    mark.touch()
    stamp = os.stat("work.py").st_mtime
    for n in range(20):  # a reloader may look at the file for the first time only now
        time.sleep(0.1)
        os.utime("work.py", (stamp + 10 * n, stamp + 10 * n))
"""
WERKZEUG = """
import time
from werkzeug._reloader import run_with_reloader

def main():
    import work
    work.live()
    time.sleep(60)

if __name__ == "__main__":
    run_with_reloader(main, reloader_type="stat", interval=0.05)
"""
DJANGO = """
import os, sys, time
from django.conf import settings
from django.utils import autoreload

def main():
    import work
    work.live()
    time.sleep(60)

if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    import django
    django.setup()
    autoreload.StatReloader.SLEEP_TIME = 0.05
    autoreload.run_with_reloader(main)
"""
UVICORN = """
import uvicorn

async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    await receive()
    import work
    work.live()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})

if __name__ == "__main__":
    uvicorn.run("app:app", reload=True, reload_delay=0.1, uds="socket", log_level="critical")
"""


# Levels differ in what is inserted, not in how modules are loaded.
LOADING = pytest.mark.parametrize("trap", ["c-3", "python-2"], indirect=True)


@LOADING
@pytest.mark.parametrize("text", [WERKZEUG, DJANGO], ids=["werkzeug", "django"])
def test_a_reloader_starts_the_program_anew_and_both_lives_are_recorded(trap: Trap, text: str) -> None:
    trap.write({"work.py": WORK, "app.py": text})
    trap.instrument("work.py", "app.py")
    outcome = Project(trap.folder).run("app.py", SPANWRIGHT_CORE=trap.core)
    assert (outcome.code, outcome.out.split(b"\n")[:2]) == (0, [b"life 1", b"life 2"])
    assert b"spanwright" not in outcome.err
    recorded = trap.recorded()
    assert (recorded["work"], recorded["live"], recorded["main"]) == (2, 2, 2)


UVICORN_START = """
import os, signal, subprocess, sys, threading
process = subprocess.Popen([sys.executable, "app.py"], stdout=subprocess.PIPE, start_new_session=True)
timer = threading.Timer(50, lambda: os.killpg(process.pid, signal.SIGKILL))
timer.start()
for line in process.stdout:
    print(line.decode(), end="", flush=True)
    if line == b"life 2\\n": break
os.killpg(process.pid, signal.SIGTERM)
process.wait()
timer.cancel()
"""


@LOADING
def test_a_reloader_that_spawns_its_worker_records_both_lives(trap: Trap) -> None:
    trap.write({"work.py": WORK.replace("os._exit(0)", "return"), "app.py": UVICORN, "start.py": UVICORN_START})
    trap.instrument("work.py", "app.py")
    outcome = Project(trap.folder).run("start.py", SPANWRIGHT_CORE=trap.core)
    assert outcome.out.splitlines()[:2] == [b"life 1", b"life 2"]
    assert trap.recorded()["work"] == 2


AUTORELOAD = """
import os, sys
from IPython.core.interactiveshell import InteractiveShell

def edit(text):
    with open("work.py", "wb") as file: file.write(text)
    stamp = os.stat("work.py").st_mtime + edit.count
    edit.count += 10
    os.utime("work.py", (stamp, stamp))
edit.count = 10

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "autoreload")
shell.run_line_magic("autoreload", "2")
shell.run_cell("import work; from work import work as direct; thing = work.Thing()", silent=True)
shell.run_cell("print(direct(1), thing.method())")
edit(open(sys.argv[1], "rb").read())
shell.run_cell("print(direct(1), thing.method())")
"""
CELLS = "class Thing:\n    def method(self):\n        return 'old'\n\n\ndef work(n):\n    return n\n"


@LOADING
def test_autoreload_of_a_notebook_takes_in_an_edited_twin(trap: Trap) -> None:
    edited = CELLS.replace("'old'", "'new'").replace("return n", "return n + 1")
    trap.write({"work.py": CELLS, "later.py": edited, "app.py": AUTORELOAD})
    environment = {"IPYTHONDIR": str(trap.folder / "ipython"), "SPANWRIGHT_CORE": trap.core}
    expected = Project(trap.folder).run("app.py", "later.py", given=b"", **environment)
    assert expected.out.endswith(b"2 new\n")
    trap.write({"work.py": edited})
    trap.instrument("work.py")
    (trap.folder / "work.py").rename(trap.folder / "later.py")
    trap.write({"work.py": CELLS})
    trap.instrument("work.py")
    assert Project(trap.folder).run("app.py", "later.py", given=b"", **environment) == expected
    assert trap.recorded()["work"] == 2 and trap.recorded()["Thing.method"] == 2
