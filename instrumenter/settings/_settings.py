"""What the settings of a project say: the environment, then `tracing.yaml`, then the human's `tracing.env`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instrumenter.errors import UsageError
from instrumenter.settings._rules import Rules, yaml_rules
from instrumenter.settings.table import ENV_FILE, FILE_NAME, KEYS, PREFIX, Key, Problem, in_file, refusal

DEFAULT, ENVIRONMENT = "default", "environment"
_LEVEL = "TRACING_DEFAULT_LEVEL"


@dataclass(frozen=True)
class Setting:
    """One setting as it counts: its text (empty: not set), and where that stands."""

    key: Key
    text: str
    source: str = DEFAULT

    @property
    def value(self) -> Any:  # noqa: ANN401 - of the key's kind
        """Its value; None where it is not set."""
        return self.key.read(self.text)

    @property
    def note(self) -> str:
        """What is to be said of it, if it is set to something that is not built yet."""
        changed = self.source != DEFAULT and self.value != self.key.read(self.key.default)
        return f"{self.key.name} ({self.source}): {self.key.later}" if self.key.later and changed else ""


@dataclass(frozen=True)
class Settings:
    """All settings, in the order of the table."""

    all: tuple[Setting, ...]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - of the key's kind
        """Give a value by the name without TRACING_."""
        return self.setting(name).value

    def setting(self, name: str) -> Setting:
        """Give a setting by the name without TRACING_."""
        return next(setting for setting in self.all if setting.key.name == PREFIX + name)

    def notes(self) -> Iterator[str]:
        """Yield what is to be said of those that are set to something that is not built yet."""
        yield from (setting.note for setting in self.all if setting.note)


def read_settings(root: Path, rules: Rules | None = None) -> Settings:
    """Read the settings of the project at `root`; UsageError, with file, line and key, if something is not allowed."""
    place, data = _env_file(root)
    found, problems = in_file(data, os.environ.get)
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UsageError("bad-setting", f"{place}:{problems[0].line}: {problems[0].what}{_meant(problems[0])}{more}")
    rules = yaml_rules(root) if rules is None else rules
    return Settings(tuple(_setting(key, found, place, rules) for key in KEYS.values()))


def strangers() -> list[str]:
    """Name the environment variables that look like settings and are none."""
    names = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in KEYS)
    return [f"{name} (environment): there is no such setting{_meant(Problem(0, name, ''))}" for name in names]


def _setting(key: Key, found: dict[str, tuple[str, int]], place: Path, rules: Rules) -> Setting:
    text = os.environ.get(key.name, "")
    if text.strip():
        if objection := refusal(key.name, text):
            raise UsageError("bad-setting", f"environment: {objection}")
        return Setting(key, text.strip(), ENVIRONMENT)
    if key.name == _LEVEL and rules.defaults.level is not None:
        return Setting(key, str(rules.defaults.level), "tracing.yaml")
    if key.name in found:
        text, line = found[key.name]
        return Setting(key, text.strip(), f"{place.name}:{line}")
    return Setting(key, key.default)


def _env_file(root: Path) -> tuple[Path, bytes]:
    named = os.environ.get(ENV_FILE)
    place = Path(named) if named else root / FILE_NAME
    try:
        return place, place.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        if named:
            raise UsageError("no-env-file", f"{ENV_FILE} names {named}: {error.strerror}") from error
    except OSError as error:
        raise UsageError("no-env-file", f"{place}: cannot be read: {error.strerror or error}") from error
    return place, b""


def _meant(problem: Problem) -> str:
    if not problem.key or problem.key in KEYS:
        return ""
    near = difflib.get_close_matches(problem.key, KEYS, 1)
    return f"; is {near[0]} meant?" if near else "; spans settings lists them all"
