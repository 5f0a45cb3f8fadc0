"""Building and installing the runtime with a compiler, without one, and where the C core is not wanted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parent.parent.parent / "runtime"
LINE = "the Python core will be used"


def install(tmp_path: Path, **env: str) -> tuple[str, str]:
    """Install a copy of the runtime; gives the core that is in use then, and what the build said."""
    source, target = tmp_path / "runtime", tmp_path / "site"
    shutil.copytree(RUNTIME, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "*.so", "__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "-v", "--no-build-isolation", "--no-deps", "--target", str(target)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SPANWRIGHT_")}
    done = subprocess.run([*pip, str(source)], env={**clean, **env}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    program = "import spanwright; print(spanwright.__file__, spanwright.core_name)"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**clean, "PYTHONPATH": str(target), "SPANWRIGHT_QUIET": "1"}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    file, core = ran.stdout.split()
    assert file.startswith(str(target))
    return core, done.stdout + done.stderr


def test_without_a_compiler_the_python_core_is_installed(tmp_path: Path) -> None:
    core, said = install(tmp_path, CC="false")
    assert core == "python"
    assert said.count(LINE) == 1


def test_where_the_c_core_is_not_wanted_it_is_left_out(tmp_path: Path) -> None:
    core, said = install(tmp_path, CC="false", SPANWRIGHT_NO_EXTENSION="1")
    assert core == "python"
    assert LINE not in said


@pytest.mark.parametrize("core", ["c"])
def test_with_a_compiler_the_c_core_is_installed_without_a_warning(tmp_path: Path, core: str) -> None:
    assert install(tmp_path, SPANWRIGHT_STRICT_BUILD="1")[0] == core
