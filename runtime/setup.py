"""Build of the runtime: the C core where a compiler is at hand, else without it (the Python core then records).

SPANWRIGHT_NO_EXTENSION=1 leaves the C core out; SPANWRIGHT_STRICT_BUILD=1 makes warnings errors, for CI.
After a change of the C sources: pip install --no-build-isolation --no-deps -e runtime
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).parent
STRICT = os.environ.get("SPANWRIGHT_STRICT_BUILD") == "1"
WANTED = (
    os.environ.get("SPANWRIGHT_NO_EXTENSION") != "1"
    and platform.python_implementation() == "CPython"
    and sys.platform != "win32"  # the C core maps its files the POSIX way
)


class BuildCore(build_ext):
    """Builds the C core, or says in one line that the Python core will be used instead."""

    def build_extension(self, ext: Extension) -> None:
        """Compile; the failure of an optional extension is a line, never a failed installation."""
        try:
            super().build_extension(ext)
        except Exception as error:
            if STRICT:
                raise
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            print(f"spanwright: the C core was not built ({reason}); the Python core will be used", file=sys.stderr)


core = Extension(
    "spanwright._core",
    sources=sorted(f"csrc/{path.name}" for path in (HERE / "csrc").glob("*.c")),
    depends=sorted(f"csrc/{path.name}" for path in (HERE / "csrc").glob("*.h")),
    extra_compile_args=["-O3", "-fvisibility=hidden", *(["-Wall", "-Wextra", "-Werror"] if STRICT else [])],
    optional=not STRICT,
)
setup(ext_modules=[core] if WANTED else [], cmdclass={"build_ext": BuildCore})
