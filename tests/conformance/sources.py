"""Source distributions: taken from the registry, unpacked, copied for each run."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

from .recipes import Recipe, UnusableError


def take(wanted: str, folder: Path, listed: Recipe | None) -> Path:
    """Return the source distribution of NAME or NAME==VERSION, or the local file of that name."""
    folder.mkdir(parents=True, exist_ok=True)
    if Path(wanted).is_file():
        return Path(wanted)
    if listed is None or "==" in wanted:
        return download(wanted, folder)
    return fetch(listed.source, folder) if listed.source else download(f"{wanted}=={listed.version}", folder)


def fetch(address: str, folder: Path) -> Path:
    """Take an archive from elsewhere: of a project whose source distribution has no tests."""
    file = folder / address.rpartition("/")[2]
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            file.write_bytes(answer.read())
    except OSError as error:
        raise UnusableError(f"{address}: {error}; take it by other means, and name the file") from error
    return file


def download(wanted: str, folder: Path) -> Path:
    """Return the source distribution that the registry has of NAME or NAME==VERSION."""
    name = wanted.partition("==")[0]
    argv = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name, "-d", str(folder), wanted]
    before = set(folder.iterdir())
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise UnusableError(
            f"{wanted}: the registry has no source distribution that can be used:\n{done.stderr[-800:]}"
        )
    found = sorted(set(folder.iterdir()) - before) or sorted(folder.glob("*.*"), key=lambda path: path.stat().st_mtime)
    return found[-1]


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a source distribution and return its root."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
    else:
        with tarfile.open(archive) as file:
            file.extractall(folder, filter="data")
    roots = [path for path in folder.iterdir() if path.is_dir()]
    if len(roots) != 1:
        raise UnusableError(f"{archive.name}: has {len(roots)} folders at its root, a source distribution has one")
    return roots[0]


def version_of(root: Path) -> str:
    """Return the version that the root of an unpacked distribution has in its name."""
    return root.name.rpartition("-")[2]


def copy(pristine: Path, tree: Path) -> None:
    """Have `tree` as `pristine` is, whatever a run has left there."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(pristine, tree, symlinks=True)


def digests(root: Path, places: tuple[str, ...]) -> dict[str, str]:
    """Return the digest of each Python file of these places."""
    files = [
        path
        for place in places
        for path in ([root / place] if (root / place).is_file() else (root / place).rglob("*.py"))
    ]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}
