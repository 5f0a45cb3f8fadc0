"""Two virtual environments for a package: as anybody would have it, and the same with the runtime that twins import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .recipes import Recipe, UnusableError

ROOT = Path(__file__).parents[2]
PLUGINS = ("spanwright_outcomes.py", "spanwright_unittest.py")


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "bin" / "python"

    def packages(self) -> list[str]:
        """Return what is installed, each with its version, without the runtime and what is installed for editing."""
        lines = _output([str(self.python), "-m", "pip", "freeze", "--exclude-editable"])
        return [line for line in lines.splitlines() if "==" in line and not line.startswith("spanwright")]


def interpreter(version: str) -> str:
    """Return an interpreter of this minor version."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [shutil.which(f"python{version}"), *map(str, sorted(pyenv.glob(f"{version}.*/bin/python")))]
    for candidate in filter(None, candidates):
        if _output([candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).strip() == version:
            return candidate
    raise UnusableError(f"there is no Python {version} on the PATH or among pyenv's")


def build(folder: Path, python: str, tree: Path, recipe: Recipe) -> tuple[Environment, Environment]:
    """Build both, with the same versions of everything; the package is installed for editing from `tree`."""
    plain, twin = Environment(folder / "plain"), Environment(folder / "twin")
    package = f"{tree}[{','.join(recipe.extras)}]" if recipe.extras else str(tree)
    _make(plain, python)
    _install(plain, "-e", package, *recipe.requires)
    _make(twin, python)
    _install(twin, "-e", package, *plain.packages(), str(ROOT / "runtime"))
    core = _output([str(twin.python), "-c", "from spanwright._select import core; print(core.NAME)"]).strip()
    if core != "c":
        raise UnusableError("the C core could not be built for the environment of the twins")
    return plain, twin


def _make(environment: Environment, python: str) -> None:
    shutil.rmtree(environment.folder, ignore_errors=True)
    _output([python, "-m", "venv", str(environment.folder)])
    places = _output([str(environment.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    for name in PLUGINS:
        shutil.copy(Path(__file__).parent / "in_suite" / name, Path(places.strip()) / name)


def _install(environment: Environment, *words: str) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        _output([uv, "pip", "install", "-q", "--python", str(environment.python), *words])
    else:
        _output([str(environment.python), "-m", "pip", "install", "-q", *words])


def _output(argv: list[str]) -> str:
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise UnusableError(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout
