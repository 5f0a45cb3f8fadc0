"""What a project's `tracing.yaml` says. It is the user's file: read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """What is said of all files, then of those that a glob matches, in the order of `tracing.yaml`."""

    defaults: Rule = Rule()
    files: tuple[tuple[str, Rule], ...] = ()

    def __bool__(self) -> bool:
        return self != NO_RULES


NO_RULES = Rules()


def read_rules(root: Path) -> Rules:
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
