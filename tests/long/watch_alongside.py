"""What people do while a watcher runs: install their project, run it, have a server that restarts at each save.

    python tests/long/watch_alongside.py [--saves 5]

Flask's development server, with its reloader of either kind, has to serve what was saved last, and may restart at most
twice a save: for the save, and for the twin. A runner that looks at the files' times, as pytest-watch does, must come
to rest. The environment needs flask, and setuptools for `pip install -e .`.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

from long_harness import CheckFailedError, Findings, Project, finish, parser, project
from watch_session import are_twins, wait, watching

_APP = b"""import os

from flask import Flask

app = Flask(__name__)
with open(os.environ["STARTS"], "a") as file:
    file.write("start\\n")


@app.get("/")
def answer():
    return "answer %d"
"""
_PROGRAM = b"from shop.prices import price\n\n\ndef main():\n    print(price(2))\n\n\nmain()\n"
_PRICES = b"def price(number):\n    return number * %d\n"
_TOML = b"""[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "spanwright-shop-of-the-check"
version = "0"

[tool.setuptools]
packages = ["shop"]
package-dir = { "" = "src" }
"""


def program(project: Project, findings: Findings) -> None:
    """`python app.py` after each save, an editable install, and the runner of tests."""
    src = project.root / "src"
    (src / "shop").mkdir(parents=True)
    (project.root / "pyproject.toml").write_bytes(_TOML)
    (src / "app.py").write_bytes(_PROGRAM)
    (src / "shop/__init__.py").touch()
    prices = src / "shop/prices.py"
    prices.write_bytes(_PRICES % 1)
    with watching(project):
        target = project.root / "installed"
        words = ["-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", "--target", str(target), "-e", "."]
        done = project.run(*words)
        findings.equal(done.returncode, 0, "pip install -e . ends well")
        findings.expect(any(target.iterdir()), "something was installed")
        for number in range(2, 5):
            prices.write_bytes(_PRICES % number)
            said = project.run("src/app.py").stdout.strip()
            findings.equal(said, b"%d" % (2 * number), f"python app.py just after save {number - 1}")
            wait(lambda: are_twins(project.root, {prices: _PRICES % number}), "the twin")  # noqa: B023
            said = project.run("src/app.py").stdout.strip()
            findings.equal(said, b"%d" % (2 * number), f"python app.py on the twin of save {number - 1}")
        findings.expect(runs_of_tests(prices) <= 2, "a runner of tests comes to rest after two runs at most")
        findings.expect(len(project.export()["traces"]) > 0, "the runs were recorded")


def runs_of_tests(path: Path) -> int:
    """Save once; count how often a runner that looks at the time of the file ten times a second would start."""
    runs, seen = 0, path.stat().st_mtime_ns
    path.write_bytes(_PRICES % 9)
    quiet = time.monotonic() + 3
    while time.monotonic() < quiet:
        now = path.stat().st_mtime_ns
        if now != seen:
            runs, seen, quiet = runs + 1, now, time.monotonic() + 3
        time.sleep(0.1)
    return runs


def server(project: Project, kind: str, saves: int, findings: Findings) -> None:
    """Flask's development server with a reloader of this kind, if it works here at all."""
    src = project.root / "src"
    src.mkdir(exist_ok=True)
    app = src / "site_app.py"
    app.write_bytes(_APP % 0)
    starts = project.root / f"starts-{kind}"
    starts.touch()
    with serving(project, kind, starts) as port:
        app.write_bytes(_APP % 0 + b"# saved\n")
        try:
            wait(lambda: count(starts) > 2, "it starts again", patience=30)
        except CheckFailedError:
            print(f"  not checked: the reloader {kind} does not see a save here, without a watcher either")
            return
    with watching(project) as watcher:
        with serving(project, kind, starts) as port:
            most = follow(project, app, starts, port, saves)
        findings.expect(most <= 2, f"reloader {kind}: {most} restarts a save at most, the last save is served")
        findings.equal(watcher.end(), 0, f"reloader {kind}: the watcher ended well")


@contextmanager
def serving(project: Project, kind: str, starts: Path) -> Iterator[int]:
    """Run the server until it has answered; gives its port."""
    port = free_port()
    code = (
        "import sys; sys.path.insert(0, 'src')\n"
        "from werkzeug.serving import run_simple\n"
        "from site_app import app\n"
        f"run_simple('127.0.0.1', {port}, app, use_reloader=True, reloader_type={kind!r})\n"
    )
    (project.root / "serve.py").write_text(code)
    environment = {**project.environment, "STARTS": str(starts)}
    quiet = subprocess.DEVNULL
    words = [sys.executable, "serve.py"]
    process = subprocess.Popen(words, cwd=project.root, env=environment, stdout=quiet, stderr=quiet, process_group=0)
    try:
        wait(lambda: answer(port).startswith("answer"), "the server answers")
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def follow(project: Project, app: Path, starts: Path, port: int, saves: int) -> int:
    """Save, wait for the answer and for rest; gives the largest number of restarts that a save led to."""
    most = 0
    for number in range(1, saves + 1):
        before = count(starts)
        app.write_bytes(_APP % number)
        wait(lambda: are_twins(project.root, {app: _APP % number}), "the twin")  # noqa: B023
        wait(lambda: answer(port) == f"answer {number}", f"answer {number}")  # noqa: B023
        rests(starts)
        if answer(port) != f"answer {number}":
            raise CheckFailedError(f"the server does not answer {number} any more")
        most = max(most, count(starts) - before)
    return most


def count(starts: Path) -> int:
    return starts.read_bytes().count(b"\n")


def rests(starts: Path) -> None:
    """Wait until there was no start for three seconds."""
    last, end = count(starts), time.monotonic() + 3
    while time.monotonic() < end:
        if count(starts) != last:
            last, end = count(starts), time.monotonic() + 3
        time.sleep(0.05)


def answer(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
            text: str = reply.read().decode()
            return text
    except (HTTPException, OSError):  # the reloader may end the server halfway through an answer
        return ""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def check(saves: int, kinds: tuple[str, ...] = ("stat", "watchdog"), core: str | None = None) -> Findings:
    findings = Findings()
    if kinds and importlib.util.find_spec("flask") is None:
        raise CheckFailedError("flask is not installed")
    with project(core) as one:
        program(one, findings)
    for kind in kinds:
        with project(core) as other:
            server(other, kind, saves, findings)
    return findings


if __name__ == "__main__":
    made = parser(__doc__)
    made.add_argument("--saves", type=int, default=5)
    options = made.parse_args()
    finish(lambda: check(options.saves, core=options.core))
