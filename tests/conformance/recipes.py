"""How the tests of a package are run: packages.toml, or a guess."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tomllib

LISTED = Path(__file__).parent / "packages.toml"
_TEST_FOLDERS = ("tests", "test", "testing")
_NO_PACKAGES = {*_TEST_FOLDERS, "docs", "doc", "examples", "benchmarks", "tools", "scripts"}


class UnusableError(Exception):
    """A package cannot be tried at all; says why."""


@dataclass(frozen=True)
class Recipe:
    """What packages.toml says of one package."""

    requires: tuple[str, ...]
    instrument: tuple[str, ...]
    tests: tuple[str, ...]
    runner: str = "pytest"
    extras: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    version: str = ""
    source: str = ""


def listed() -> dict[str, Recipe]:
    """Return the recipes of packages.toml, by the names of the packages."""
    return {name: _recipe(table) for name, table in tomllib.loads(LISTED.read_text("utf-8")).items()}


def _recipe(table: dict[str, object]) -> Recipe:
    def words(key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        assert isinstance(value, list)
        return tuple(map(str, value))

    environment = table.get("environment", {})
    assert isinstance(environment, dict)
    pairs = tuple((str(name), str(value)) for name, value in environment.items())
    return Recipe(words("requires"), words("instrument"), words("tests"), str(table.get("runner", "pytest")),
                  words("extras"), pairs, str(table.get("version", "")), str(table.get("source", "")))  # fmt: skip


def recipe_of(name: str, tree: Path) -> Recipe:
    """Return the recipe of a package whose source is in `tree`."""
    known = listed().get(name.lower())
    recipe = known or guessed(tree)
    missing = [place for place in recipe.instrument if not (tree / place).exists()]
    if missing:
        raise UnusableError(
            f"{name}: there is no {missing[0]} in its source distribution; packages.toml has to be right"
        )
    return recipe


def guessed(tree: Path) -> Recipe:
    """Guess: pytest over the folder of tests, and every package of `src` or of the root."""
    tests = next((name for name in _TEST_FOLDERS if (tree / name).is_dir()), None)
    above = tree / "src" if (tree / "src").is_dir() else tree
    found = sorted(path.parent for path in above.glob("*/__init__.py") if path.parent.name not in _NO_PACKAGES)
    if tests is None or not found:
        raise UnusableError(f"{tree.name}: no folder of tests, or no package: say in packages.toml how it is tested")
    return Recipe(("pytest",), tuple(str(path.relative_to(tree)) for path in found), (tests,))
