"""Build the C core with AddressSanitizer and UndefinedBehaviorSanitizer; run the runtime's tests and random programs.

The sanitized core lies in a temporary folder and comes first on the module path of everything that is run, child
processes included. Each report of a sanitizer, of whatever process, is printed, also where a test takes no notice.
Needs gcc with its sanitizers (Debian: gcc, libc6-dev, python3-dev).
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import random_programs
from long_harness import CheckFailedError, Findings, finish
from random_programs import Levels

REPOSITORY = Path(__file__).parents[2]
# Undefined behaviour is a trap (SIGILL), which AddressSanitizer reports: beside it, UBSan's own library writes to
# standard error whatever log_path says (gcc 12), where a test of a child process may take no notice.
FLAGS = "-fsanitize=address,undefined -fsanitize-undefined-trap-on-error -fno-omit-frame-pointer -g -O1"
TESTS = ("tests/runtime", "tests/runtime_c", "tests/positions", "tests/fidelity")
# Deaths stay what they are without it; CPython itself does not free all at its end.
SANITIZERS = "handle_sigill=2:handle_segv=0:handle_abort=0:handle_sigbus=0:detect_leaks=0:allocator_may_return_null=1"
# Of the tests that run on either core, those on the C core.
ON_C = "not [python and not -python"
# They limit the memory of a process, or build the core themselves.
NOT_THESE = ("tests/runtime_c/test_core_build.py", "tests/runtime_c/test_core_leaks.py")


class Sanitized:
    """A copy of the runtime with a sanitized C core, and what is run with it."""

    def __init__(self, folder: Path) -> None:
        self.runtime, self.reports = folder / "runtime", folder / "reports"
        self.reports.mkdir()
        left_out = shutil.ignore_patterns("*.so", "build", "*.egg-info", "__pycache__")
        shutil.copytree(REPOSITORY / "runtime", self.runtime, ignore=left_out)
        self.environment = {**os.environ, "SPANWRIGHT_CORE": "c", "PYTHONPATH": str(self.runtime / "src")}

    def build(self) -> None:
        """Compile; from now on everything that is run has the sanitizers' libraries loaded first."""
        flags = {"CFLAGS": FLAGS, "LDFLAGS": FLAGS, "SPANWRIGHT_STRICT_BUILD": "1"}
        argv = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
        done = subprocess.run(argv, cwd=self.runtime, env={**os.environ, **flags}, capture_output=True, text=True)
        if done.returncode:
            raise CheckFailedError(done.stderr[-2000:])
        names = ("libasan.so", "libstdc++.so")
        found = [subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip() for name in names]
        self.environment["LD_PRELOAD"] = " ".join(path for path in found if Path(path).is_absolute())
        self.environment["ASAN_OPTIONS"] = f"{SANITIZERS}:log_path={self.reports}/report"

    def run(self, *words: str) -> int:
        """Run Python with these words; what is written goes to the screen."""
        return subprocess.run([sys.executable, *words], cwd=REPOSITORY, env=self.environment).returncode

    def expect_core(self) -> None:
        """Know that what is run has the sanitized core: CheckFailedError if not."""
        told = "import spanwright._core as core; print(core.__file__)"
        done = subprocess.run([sys.executable, "-c", told], env=self.environment, capture_output=True, text=True)
        if (
            not done.stdout.startswith(str(self.runtime))
            or b"__asan_init" not in Path(done.stdout.strip()).read_bytes()
        ):
            raise CheckFailedError(f"the sanitized core is not what is imported: {done.stdout}{done.stderr[-1000:]}")

    def told(self) -> str:
        """Everything that a sanitizer has reported."""
        return "\n".join(path.read_text(errors="replace")[:4000] for path in sorted(self.reports.iterdir())[:5])


def check(tests: str, examples: int) -> Findings:
    """Run the tests and so many random programs."""
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="spanwright-check-") as folder:
        sanitized = Sanitized(Path(folder))
        sanitized.build()
        sanitized.expect_core()
        left_out = [f"--ignore={path}" for path in NOT_THESE]
        words = ["-q", "-p", "no:cacheprovider", "-k", ON_C, *left_out, *(shlex.split(tests) or TESTS)]
        findings.equal(sanitized.run("-m", "pytest", *words), 0, "the tests pass")
        fuzzed = random_programs.check(examples, ["c"], Levels(each=1), environment=sanitized.environment)
        findings.failed += fuzzed.failed
        reports = sanitized.told()
        findings.expect(not reports, "no sanitizer has reported anything", f"\n{reports}")
    return findings


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tests", default="", help=f"words for pytest (default: {' '.join(TESTS)})")
    options.add_argument("--examples", type=int, default=20_000, help="how many random programs (default: 20000)")
    chosen = options.parse_args()
    finish(lambda: check(chosen.tests, chosen.examples))
