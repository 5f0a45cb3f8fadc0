"""The interpreters that are measured, each with an environment of its own: ours from this checkout, and the peers.

Environments lie in the user's cache folder and are made once; ours is installed again when the checkout has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
MINORS = ("3.13", "3.12", "3.11")
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "spanwright" / "benchmarks"
# What an installation is made of.
_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "instrumenter", "runtime")
_NOT_SOURCES = ("__pycache__", "build", "*.egg-info", "*.so")
_ASK = "import json, platform, sys; print(json.dumps([platform.python_version(), sys.executable]))"
_VERSIONS = "import importlib.metadata as m, json; print(json.dumps({d.name: d.version for d in m.distributions()}))"


@dataclass(frozen=True)
class Environment:
    """An interpreter with everything installed that is measured."""

    minor: str
    version: str
    python: Path

    def versions(self) -> dict[str, str]:
        """Give the version of each package that is installed."""
        found: dict[str, str] = json.loads(_output([self.python, "-P", "-c", _VERSIONS]))
        return dict(sorted(found.items()))


def environments(minors: tuple[str, ...] = MINORS) -> tuple[Environment, ...]:
    """Make an environment, where there is none yet, for each of these interpreters that is on this machine."""
    found = {minor: _find(minor) for minor in minors}
    made = tuple(_environment(minor, *python) for minor, python in found.items() if python is not None)
    if not made:
        raise SystemExit(f"no CPython {' or '.join(minors)} is on the PATH or among pyenv's: install one of them")
    return made


def _find(minor: str) -> tuple[str, Path] | None:
    """Give the whole version and the executable of the first interpreter of this minor version that works."""
    for candidate in _candidates(minor):
        try:
            version, executable = json.loads(_output([candidate, "-c", _ASK]))
        except (OSError, subprocess.CalledProcessError):  # not there, or one of pyenv's that is not switched on
            continue
        if version.startswith(f"{minor}."):
            return version, Path(executable)
    return None


def _candidates(minor: str) -> Iterator[Path]:
    yield Path(getattr(sys, "_base_executable", sys.executable))
    yield from (Path(path) for path in [shutil.which(f"python{minor}")] if path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{minor}.*/bin/python"))


def _environment(minor: str, version: str, python: Path) -> Environment:
    place = _CACHE / _place(python, version)
    found = Environment(minor, version, place / "bin" / "python")
    stamp, digest = place / "installed", _digest()
    if not found.python.exists():
        print(f"making an environment for CPython {version} in {place}", file=sys.stderr, flush=True)
        shutil.rmtree(place, ignore_errors=True)
        _output([python, "-m", "venv", place])
    if not stamp.exists() or stamp.read_text() != digest:
        print(f"installing this checkout and the peers for CPython {version}", file=sys.stderr, flush=True)
        _install(found.python)
        stamp.write_text(digest)
    return found


def _place(python: Path, version: str) -> str:
    return f"{version}-{hashlib.sha256(bytes(python)).hexdigest()[:8]}"


def _install(python: Path) -> None:
    """Install from a copy, so that nothing that was built in the checkout is used, and nothing is built there."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    _output([*pip, "uninstall", "--quiet", "--yes", "spanwright", "spanwright-runtime"])
    with TemporaryDirectory(prefix="spanwright-sources-") as name:
        for source in _SOURCES:
            target = Path(name) / source
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns(*_NOT_SOURCES))
            else:
                shutil.copy2(ROOT / source, target)
        _output([*pip, "install", "--quiet", f"{name}/runtime", f"{name}[bench]"])


def _digest() -> str:
    """Give a digest of all that is installed from the checkout."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        top = ROOT / source
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not any(path.match(pattern) or part == pattern for pattern in _NOT_SOURCES
                                          for part in path.parts):  # fmt: skip
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _output(command: Sequence[str | Path]) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr, file=sys.stderr, end="")
        done.check_returncode()
    return done.stdout
