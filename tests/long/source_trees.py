"""Where the long checks take other people's source from: the standard library, and packages of the registry."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable
from pathlib import Path

from long_harness import CheckFailedError

LIBRARY = "library"
LEFT_OUT = {"test", "lib2to3/tests", "site-packages", "dist-packages"}
#: The largest packages of the registry that are Python only, by lines of source, as of 2026 (7.1 million together).
PACKAGES = {
    "transformers": "5.23.0",
    "kubernetes": "37.0.2",
    "homeassistant": "2025.1.4",
    "ccxt": "4.5.90",
    "sympy": "1.14.0",
    "plotly": "7.1.0",
    "moto": "5.2.5",
    "twisted": "26.10.0",
    "azure-mgmt-network": "33.1.0",
    "faker": "40.54.0",
}
MINORS = (11, 12, 13)


def library_files() -> list[Path]:
    """Return the standard library's Python files, relative to its folder, in order."""
    library = Path(sysconfig.get_path("stdlib"))
    found = []
    for folder, folders, names in os.walk(library):
        here = Path(folder).relative_to(library)
        folders[:] = [name for name in folders if (here / name).as_posix() not in LEFT_OUT and name != "__pycache__"]
        found += [here / name for name in names if name.endswith(".py")]
    return sorted(found)


def copy_library(files: Iterable[Path], target: Path) -> None:
    """Copy the files with their modes and times."""
    library = Path(sysconfig.get_path("stdlib"))
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library / file, target / file)


def unpack_package(name: str, target: Path) -> None:
    """Put the Python files of a package of the registry into the folder `target`; nothing of it is run."""
    words = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(target)]
    # The newest that any of our interpreters can have: nothing of it is installed.
    words += ["--python-version", "3.13", f"{name}=={PACKAGES[name]}"]
    done = subprocess.run([sys.executable, "-m", "pip", *words], capture_output=True, text=True)
    if done.returncode:
        raise CheckFailedError(f"pip {' '.join(words)} failed:\n{done.stderr[-2000:]}")
    for wheel in target.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(target, [member for member in archive.namelist() if member.endswith(".py")])
        wheel.unlink()


def lay_out(source: str, sample: int | None, target: Path) -> list[Path]:
    """Put the library or a package into the folder `target`; return its files, or a sample of them."""
    if source == LIBRARY:
        files = library_files()
    else:
        unpack_package(source, target)
        files = sorted(path.relative_to(target) for path in target.rglob("*.py"))
    if sample is not None and sample < len(files):
        files = sorted(random.Random(sample).sample(files, sample))
    if source == LIBRARY:
        copy_library(files, target)
    return files


def interpreters() -> dict[int, str]:
    """Return CPython 3.11, 3.12 and 3.13, as far as they are there: this one, those on the PATH, pyenv's."""
    found = {sys.version_info.minor: sys.executable}
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in MINORS:
        candidates = [*map(str, sorted(versions.glob(f"3.{minor}.*/bin/python"))), shutil.which(f"python3.{minor}")]
        works = [one for one in candidates if one and _is_minor(one, minor)]
        if works:
            found.setdefault(minor, works[0])
    return dict(sorted(found.items()))


def _is_minor(python: str, minor: int) -> bool:
    done = subprocess.run([python, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True)
    return done.stdout.strip() == str(minor)
