"""Fork servers (contrib #676, #2086, opentelemetry-python #3573), children that hang (viztracer #401, #141)."""

from __future__ import annotations

import pytest
from display_projects import Project
from trapped import Trap

APP = """
import os

def answer(path):
    return f"answer {path}".encode()

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer(environ["PATH_INFO"])]
"""
ASK = """
import http.client, os, signal, socket, subprocess, sys, time

class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("socket")

def get(path):
    connection = Local("localhost")
    connection.request("GET", path)
    return connection.getresponse().read()

server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-b", "unix:socket", *sys.argv[1:], "app:app"],
                          stderr=subprocess.DEVNULL)
end = time.monotonic() + 50
while time.monotonic() < end:
    try:
        get("/first")
        break
    except OSError:
        time.sleep(0.05)
print([get(f"/{n}") for n in range(4)])
server.send_signal(signal.SIGTERM)
print(server.wait(30))
"""


@pytest.mark.parametrize("words", [("-w", "2"), ("-w", "2", "--preload"), ("-k", "gthread", "--threads", "2")])
def test_workers_of_a_forking_server_answer_and_are_recorded(trap: Trap, words: tuple[str, ...]) -> None:
    trap.write({"app.py": APP, "ask.py": ASK})
    trap.instrument("app.py")
    outcome = Project(trap.folder).run("ask.py", *words, SPANWRIGHT_CORE=trap.core)
    assert outcome.out == b"[b'answer /0', b'answer /1', b'answer /2', b'answer /3']\n0\n"
    assert trap.recorded()["answer"] == 5 == trap.recorded()["app"]


CHILDREN = """
import multiprocessing, os, signal, subprocess, sys, threading

def work(n): return n + 1

def child(): os._exit(work(6))

def forked():
    pid = os.fork()
    if not pid: child()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def threaded(results):
    results.append(forked())

def main():
    words = [sys.executable, "-c", "import app; print(app.work(1))"]
    print(forked(), subprocess.run(words, capture_output=True).stdout)
    results = []
    threads = [threading.Thread(target=threaded, args=(results,)) for _ in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(results)
    process = multiprocessing.get_context("fork").Process(target=work, args=(1,), daemon=True)
    process.start()
    process.join(30)
    print(process.exitcode)
    killed = os.fork()
    if not killed:
        while True: work(1)
    os.kill(killed, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(killed, 0)[1]))
    with subprocess.Popen([sys.executable, "-c", "import app; input(app.work(2))"], stdin=-1, stdout=-1) as piped:
        print(piped.communicate(b"\\n", timeout=30))
    print(os.popen(f"{sys.executable} -c 'import app; print(app.work(3))'").read())
    daemon = threading.Thread(target=lambda: [work(n) for n in iter(int, 1)], daemon=True)
    daemon.start()

if __name__ == "__main__":
    main()
"""


def test_child_processes_end_as_they_did(trap: Trap) -> None:
    trap.same({"app.py": CHILDREN}, "-W", "ignore", "app.py")
