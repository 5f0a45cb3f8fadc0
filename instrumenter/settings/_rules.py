"""What a project's `tracing.yaml` says. It is the user's file: read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from instrumenter.errors import UsageError

TRACING_YAML = "tracing.yaml"


@dataclass(frozen=True)
class Rule:
    """What is said of some files; None and what is empty say nothing."""

    level: int | None = None
    functions: tuple[tuple[str, int], ...] = ()
    capture: Mapping[str, bool] = field(default_factory=dict)  # params, return, vars, async
    capture_vars: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Rules:
    """What is said of all files, then of those that a glob matches, in the order of `tracing.yaml`.

    `only_named`: functions that no rule names get no probes; those that match `never` get none unless the command line
    names them.
    """

    defaults: Rule = Rule()
    files: tuple[tuple[str, Rule], ...] = ()
    only_named: bool = False
    never: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_RULES


NO_RULES = Rules()


def read_rules(root: Path) -> Rules:
    """Read what `tracing.yaml` and the settings say of levels; UsageError, with file, line and key, if one is wrong."""
    from instrumenter.settings._settings import read_settings

    rules = yaml_rules(root)
    settings = read_settings(root, rules)
    level, source = settings["LEVEL_PYTHON"], settings.setting("LEVEL_PYTHON").source
    general = settings.setting("DEFAULT_LEVEL")
    if level is None or (source != "environment" and general.source in ("environment", "tracing.yaml")):
        level = None if general.source == "default" else general.value
    return replace(
        rules,
        defaults=replace(rules.defaults, level=level),
        only_named=not settings["AUTO_WRAP_FUNCTIONS"],
        never=settings["EXCLUDE_FUNCTIONS"] or (),
    )


def yaml_rules(root: Path) -> Rules:
    """Read the `tracing.yaml` of the project at `root`; UsageError, with file, line and key, if it is not right."""
    path = root / TRACING_YAML
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return NO_RULES
    except OSError as error:
        raise UsageError("tracing-yaml", f"{path}: cannot be read: {error.strerror or error}") from error
    from instrumenter.settings._rules_reader import rules_of  # YAML takes long to import; few projects need it

    return rules_of(path, data)
