"""A trial of one package: its sources, its environments, the runs and what they come to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import sources
from .compared import Compared, differences, flaky
from .environments import Environment, build, interpreter
from .recipes import Recipe, UnusableError, listed, recipe_of
from .suites import Outcomes, Suite
from .table import Trial, keep

_FIRST_LIMIT = 1_800.0  # seconds, for the original, of which nothing is known yet
_SLOWER, _LEAST = 15.0, 120.0  # a twin's time limit: so many times what the original takes, and so many seconds


@dataclass(frozen=True)
class Place:
    """Where a package is tried: `folder` has logs that stay, `work` what may be removed afterwards."""

    folder: Path
    work: Path
    say: Callable[[str], None]


def name_of(wanted: str) -> str:
    """Give the package's name, of NAME, NAME==VERSION or NAME-VERSION.tar.gz."""
    return Path(wanted).stem.rpartition("-")[0] if Path(wanted).is_file() else wanted.partition("==")[0].lower()


def try_package(wanted: str, levels: list[int], python: str, place: Place) -> Trial:
    """Run the tests twice as they are, then at each level; UnusableError where that cannot be done."""
    name = name_of(wanted)
    place.say(f"{name}: takes the source distribution")
    archive = sources.take(wanted, place.work / "sdists", listed().get(name))
    pristine = sources.unpack(archive, place.work / "pristine")
    recipe, tree = recipe_of(name, pristine), place.work / "tree"
    sources.copy(pristine, tree)
    place.say(f"{name} {sources.version_of(pristine)}: builds two environments of Python {python}")
    plain, twin = build(place.work, interpreter(python), tree, recipe)
    package = _Package(name, pristine, tree, recipe, place)
    first = package.run(plain, "original-1", _FIRST_LIMIT)
    if first.gave_up or not first.mostly_passed:
        raise UnusableError(
            f"{name}: its own tests do not run: {first.gave_up or 'most do not pass'}; see {place.folder}"
        )
    second = package.run(plain, "original-2", _FIRST_LIMIT)
    unsteady = flaky(first, second)
    compared = [package.compare(twin, level, first, unsteady) for level in levels]
    trial = Trial(name, sources.version_of(pristine), python, first, unsteady, compared)
    keep(trial, place.folder)
    return trial


@dataclass(frozen=True)
class _Package:
    name: str
    pristine: Path
    tree: Path
    recipe: Recipe
    place: Place

    def run(self, environment: Environment, label: str, limit: float, level: int = 0) -> Outcomes:
        """Run the suite on a fresh copy, whose package is instrumented where a level is given."""
        sources.copy(self.pristine, self.tree)
        if level:
            self.command("instrument", *self.recipe.instrument, "--level", str(level))
        suite = Suite(environment.python, self.tree, self.recipe, self.place.work / "scratch")
        log = self.place.folder / f"{label}.log"
        log.unlink(missing_ok=True)
        outcomes = suite.run(log, limit, lambda count: self.place.say(f"{self.name}: {label}: {count} tests begun"))
        self.place.say(f"{self.name}: {label}: {len(outcomes.ends)} tests, {outcomes.seconds:.0f} s {outcomes.gave_up}")
        return outcomes

    def compare(self, environment: Environment, level: int, original: Outcomes, unsteady: set[str]) -> Compared:
        """Run the suite at a level; what differs counts if it does in a second run, too."""
        limit = max(_LEAST, _SLOWER * original.seconds)
        outcomes = self.run(environment, f"level-{level}", limit, level)
        if not any(self.tree.rglob(".spanwright/traces/*.seg")):
            outcomes.gave_up = outcomes.gave_up or "nothing was recorded"
        found = differences(original, outcomes, unsteady)
        lost = self.not_restored()
        if found and not outcomes.gave_up:
            again = self.run(environment, f"level-{level}-again", limit, level)
            confirmed = {each.test for each in differences(original, again, unsteady)}
            found = [each for each in found if each.test in confirmed]
        return Compared(level, found, outcomes.said, outcomes.seconds, outcomes.gave_up, lost)

    def not_restored(self) -> list[str]:
        """Take the originals back and return the files that are not what they were."""
        self.command("uninstrument", "--restore")
        places = self.recipe.instrument
        before, after = sources.digests(self.pristine, places), sources.digests(self.tree, places)
        return sorted(name for name in before if after.get(name) != before[name])

    def command(self, name: str, *words: str) -> None:
        """Run a command of the tool in the tree; what it says goes into the logs."""
        start = f"import sys; sys.argv[0] = {name!r}; from instrumenter.cli.{name} import main; sys.exit(main())"
        done = subprocess.run(
            [sys.executable, "-P", "-c", start, *words], cwd=self.tree, capture_output=True, text=True
        )
        with (self.place.folder / "commands.log").open("a", encoding="utf-8") as log:
            log.write(f"$ {name} {' '.join(words)}\n{done.stdout}{done.stderr}")
        if done.returncode not in (0, 1):
            raise UnusableError(f"{self.name}: {name} ended with {done.returncode}: {done.stderr[-500:]}")
