"""Render docutils' documentation with docutils instrumented whole; compare the output and count every call.

docutils and Pygments come from the package registry, the documents from docutils' source distribution. Each document
is rendered three times in a process of its own: as it is, as it is under `sys.setprofile`, which counts the
activations of every function, and instrumented at level 2. The outputs have to be identical and the spans of each
function in the JSON export as many as its activations. Functions that are left alone on purpose are listed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from long_harness import CheckFailedError, Findings, Project, finish, parser, project, spans
from source_facts import functions

VERSION = "0.22.4"
SAMPLE = """
Sample
======

.. contents::

Text with *emphasis*, ``code``, a `link <https://example.org>`_, a footnote [#]_ and |substitution|.

.. |substitution| replace:: a *replaced* text
.. [#] The note.

Tables and code
---------------

===== =====
left  right
===== =====
1     2
===== =====

.. code:: python

    def f(): return 1

.. math:: a^2 + b^2 = c^2

- item

  1. nested

:field: body
"""
# File, line of the `def`, qualified name.
Name = tuple[str, int, str]


def pip(*words: str) -> None:
    """Run pip; its failure ends the check."""
    done = subprocess.run([sys.executable, "-m", "pip", "--quiet", *words], capture_output=True, text=True)
    if done.returncode:
        raise CheckFailedError(f"pip {' '.join(words)} failed:\n{done.stderr[-2000:]}")


def fetch(version: str, target: Path) -> list[Path]:
    """Install docutils and Pygments into the folder `target`; return the documents, unpacked beside it."""
    pip("install", "--target", str(target), f"docutils=={version}", "pygments")
    unpacked = target.parent.parent / "sdist"
    pip("download", "--no-deps", "--no-binary", "docutils", "--dest", str(unpacked), f"docutils=={version}")
    with tarfile.open(next(unpacked.glob("docutils-*.tar.gz"))) as archive:
        archive.extractall(unpacked, filter="data")
    return sorted(unpacked.glob("docutils-*/docs/**/*.rst"))


class Known:
    """The functions of the application: what the profiler's first lines and the spans' lines have in common."""

    def __init__(self, root: Path) -> None:
        self.lines: dict[tuple[str, int, str], int] = {}
        self.left_alone: set[tuple[str, int]] = set()
        for path in sorted((root / "app" / "docutils").rglob("*.py")):
            file = path.relative_to(root).as_posix()
            for function in functions(path.read_bytes()):
                self.lines[file, function.first, function.name] = function.line
                if function.trivial:
                    self.left_alone.add((file, function.line))

    def activations(self, counts: Path) -> Counter[Name]:
        """Read the profiler's counts; modules, class bodies, lambdas and comprehensions are no functions."""
        found: Counter[Name] = Counter()
        for file, first, qualified, number in json.loads(counts.read_bytes()):
            line = self.lines.get((file, first, qualified.rpartition(".")[2]))
            if line is not None:
                found[file, line, qualified] += number
        return found


class Check:
    """The counts of all documents together, and what was found."""

    def __init__(self, place: Project, findings: Findings) -> None:
        self.place, self.findings = place, findings
        self.known = Known(place.root)
        self.total = 0
        self.different: dict[Name, list[int]] = {}
        self.left_alone: Counter[Name] = Counter()

    def render(self, document: Path, *target: str) -> None:
        done = self.place.run("render.py", str(document), *target, environment={"PYTHONHASHSEED": "0"})
        if done.returncode:
            raise CheckFailedError(f"{document.name} was not rendered: {done.stderr[-2000:].decode()}")

    def compare(self, document: Path) -> None:
        """Render one document instrumented; compare with what `prepare` left."""
        self.render(document, "traced.html")
        same = (self.place.root / "traced.html").read_bytes() == self.plain(document, "html").read_bytes()
        found = Counter((s["file"], s["line"], s["function"]) for s in spans(self.place.export()["traces"]))
        wanted = self.known.activations(self.plain(document, "json"))
        for name in [name for name in wanted if name[:2] in self.known.left_alone]:
            self.left_alone[name] += wanted.pop(name)
        for name in wanted.keys() | found.keys():
            if wanted[name] != found[name]:
                self.different.setdefault(name, [0, 0])
                self.different[name][0] += wanted[name]
                self.different[name][1] += found[name]
        self.total += found.total()
        self.findings.expect(same and found.total() > 0, f"{document.name}: same output, {found.total()} spans")

    def plain(self, document: Path, suffix: str) -> Path:
        return document.with_name(f"{document.stem}-plain.{suffix}")

    def prepare(self, document: Path) -> None:
        """Render a document uninstrumented, once as it is and once counted."""
        self.render(document, str(self.plain(document, "html")))
        self.render(document, "counted.html", str(self.plain(document, "json")))
        if (self.place.root / "counted.html").read_bytes() != self.plain(document, "html").read_bytes():
            raise CheckFailedError(f"{document.name} is not rendered the same way twice")

    def report(self) -> None:
        """Say what all documents together have shown."""
        print(f"  {self.total} spans; left alone on purpose, with their activations:")
        for (file, line, name), number in sorted(self.left_alone.items()):
            print(f"    {file}:{line} {name} {number}")
        for (file, line, name), (wanted, found) in sorted(self.different.items()):
            print(f"    {file}:{line} {name}: {wanted} activations, {found} spans")
        self.findings.equal(len(self.different), 0, "every function has as many spans as activations")


def check_documents(place: Project, documents: Sequence[Path], findings: Findings) -> None:
    """Check the docutils that is in `app` of the project on some documents."""
    place.add("render.py")
    check = Check(place, findings)
    for document in documents:
        check.prepare(document)
    done = place.command("instrument", "app/docutils", "--level", "2")
    print(done.stdout.decode(errors="replace"), end="")
    for document in documents:
        check.compare(document)
    check.report()
    place.command("uninstrument", "--restore")


def check(version: str = VERSION, documents: int | None = None, core: str | None = None) -> Findings:
    """Fetch docutils, check it on its first `documents` documents (default: all)."""
    findings = Findings()
    with project(core) as place:
        found = fetch(version, place.root / "app")
        check_documents(place, found[:documents], findings)
    return findings


def copy_docutils(target: Path) -> None:
    """Copy the docutils of this environment into a folder."""
    installed = find_spec("docutils")
    assert installed and installed.origin
    shutil.copytree(Path(installed.origin).parent, target / "docutils", ignore=shutil.ignore_patterns("__pycache__"))


def check_installed(text: str = SAMPLE, core: str | None = None) -> Findings:
    """Check the docutils of this environment on one document: the small form, without the registry."""
    findings = Findings()
    with project(core) as place, tempfile.TemporaryDirectory() as folder:
        copy_docutils(place.root / "app")
        document = Path(folder) / "sample.rst"
        document.write_text(text, encoding="utf-8")
        check_documents(place, [document], findings)
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("--version", default=VERSION, help=f"of docutils (default: {VERSION})")
    options.add_argument("--documents", type=int, help="check only the first documents (default: all)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.version, chosen.documents, chosen.core))
