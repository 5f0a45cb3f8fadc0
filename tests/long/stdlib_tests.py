"""Run the standard library's own tests against an instrumented copy of the modules they test.

Each test module runs in a process of its own, with the modules it tests taken from a copy: as it is, then instrumented
at each level. Every single test has to end as it did. A difference counts if a second pair of runs shows it, too. What
differs on purpose is listed in `EXPECTED`, with the reason. The recordings have to be readable.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from long_harness import PROGRAMS, Findings, Project, finish, parser, project

from instrumenter import rewrite

#: Test module: the modules it tests, taken from the copy.
TESTS = {
    "test_argparse": "argparse",
    "test_asyncio.test_locks": "asyncio",
    "test_asyncio.test_queues": "asyncio",
    "test_asyncio.test_runners": "asyncio",
    "test_asyncio.test_taskgroups": "asyncio",
    "test_asyncio.test_timeouts": "asyncio",
    "test_collections": "collections",
    "test_configparser": "configparser",
    "test_contextlib": "contextlib",
    "test_contextlib_async": "contextlib",
    "test_copy": "copy",
    "test_csv": "csv",
    "test_dataclasses": "dataclasses",
    "test_difflib": "difflib",
    "test_enum": "enum",
    "test_fractions": "fractions numbers",
    "test_functools": "functools",
    "test_heapq": "heapq",
    "test_json": "json",
    "test_pprint": "pprint",
    "test_sched": "sched",
    "test_shlex": "shlex",
    "test_statistics": "statistics",
    "test_string": "string",
    "test_textwrap": "textwrap",
    "test_types": "types",
    "test_typing": "typing",
}
#: Tests that may end otherwise: a pattern of ids and the reason.
EXPECTED: dict[str, str] = {}
TIMEOUT = 900
# A recording of more than this is not read.
READ_BYTES = 30_000_000
Ends = dict[str, str]


def located(test: str) -> str:
    """Return the importable name of a test module; `test_dataclasses` and others are packages in some versions."""
    return f"test.{test}"


def lay_out(place: Project, modules: Iterable[str]) -> None:
    """Copy the modules into the project's folder `lib`."""
    library = Path(sysconfig.get_path("stdlib"))
    for name in sorted(set(modules)):
        if (library / name).is_dir():
            shutil.copytree(library / name, place.root / "lib" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (place.root / "lib").mkdir(exist_ok=True)
            shutil.copy2(library / f"{name}.py", place.root / "lib" / f"{name}.py")


def run_tests(place: Project, test: str) -> Ends:
    """Run one test module; how it ended as a whole is in the result, too."""
    result = place.root.parent / "result.json"
    result.unlink(missing_ok=True)
    words = [str(PROGRAMS / "run_tests.py"), str(place.root / "lib"), str(result), located(test), *TESTS[test].split()]
    place.environment["PYTHONHASHSEED"] = "0"
    try:
        done = subprocess.run([sys.executable, *words], cwd=place.root, env=place.environment, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT)  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"the whole": f"not done in {TIMEOUT} s"}
    place.said = done.stderr.decode(errors="replace")
    ends: Ends = json.loads(result.read_bytes()) if result.exists() else {}
    return {**ends, "the whole": f"exit code {done.returncode}" if result.exists() else f"died: {place.said[-1500:]}"}


def unlike(plain: Ends, twin: Ends) -> dict[str, tuple[str, str]]:
    """Return the tests that ended otherwise, without those that are expected to."""
    different = {name: (plain.get(name, "not run"), twin.get(name, "not run"))
                 for name in plain.keys() | twin.keys() if plain.get(name) != twin.get(name)}  # fmt: skip
    return {name: ends for name, ends in sorted(different.items()) if not _expected(name)}


def _expected(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in EXPECTED)


def reason(place: Project, name: str) -> str:
    """Return what the last run said of a test."""
    at = place.said.find(f"{name}: ")
    return place.said[at : at + 1500] if at >= 0 else ""


def check_test(place: Project, test: str, plain: Ends, level: int, findings: Findings) -> None:
    """Run one test module instrumented; compare, and read its recording."""
    start = time.monotonic()
    twin = run_tests(place, test)
    different = unlike(plain, twin)
    if different:
        again = unlike(plain, run_tests(place, test))
        different = {name: ends for name, ends in again.items() if name in different}
    said = "\n".join(
        f"{name}: {before} -> {after}\n{reason(place, name)}" for name, (before, after) in different.items()
    )
    ok = sum(end == "ok" for end in twin.values())
    seconds = time.monotonic() - start
    findings.expect(not different, f"level {level}, {test}: {len(twin) - 1} tests, {ok} ok, {seconds:.0f} s", said)
    traces = place.root / ".spanwright" / "traces"
    if 0 < sum(path.stat().st_size for path in traces.glob("*.seg")) < READ_BYTES:
        place.readable(findings)
    shutil.rmtree(traces, ignore_errors=True)


def check(
    tests: Iterable[str] = tuple(TESTS), levels: Iterable[int] = rewrite.LEVELS, core: str | None = None
) -> Findings:
    """Run the test modules plain, then at each level."""
    findings = Findings()
    tests = list(tests)
    with project(core) as place:
        lay_out(place, [module for test in tests for module in TESTS[test].split()])
        plain = {test: run_tests(place, test) for test in tests}
        for test, ends in plain.items():
            ok = sum(end == "ok" for end in ends.values())
            findings.expect(ok > 0, f"plain, {test}: {len(ends) - 1} tests, {ok} ok", ends["the whole"])
        for level in levels:
            place.command("instrument", "lib", "--level", str(level))
            for test in tests:
                check_test(place, test, plain[test], level, findings)
            place.command("uninstrument", "--restore")
    return findings


if __name__ == "__main__":
    options = parser(__doc__)
    options.add_argument("tests", nargs="*", metavar="TEST", help=f"of {', '.join(TESTS)} (default: all)")
    options.add_argument("--level", type=int, action="append", help="a level, repeatable (default: all)")
    chosen = options.parse_args()
    levels = chosen.level or rewrite.LEVELS
    finish(lambda: check(chosen.tests or tuple(TESTS), levels, chosen.core))
