"""From the bytes of a `tracing.yaml` to its rules, each node looked at: whatever is wrong is named with its line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from instrumenter.errors import UsageError
from instrumenter.settings._levels import LEVELS
from instrumenter.settings._rules import NO_RULES, Rule, Rules

_T = TypeVar("_T")
_Way = tuple[str, ...]  # the keys that lead to a node
_LEVELS = "a number from 0 to 5"
_DEFAULTS = ("level", "capture", "capture_vars")
_FILES = ("level", "functions", "capture", "capture_vars")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def rules_of(path: Path, data: bytes) -> Rules:
    """Read the bytes of a `tracing.yaml`; UsageError if they are not right."""
    node = _compose(path, data)
    return NO_RULES if node is None else _Reader(path).rules(node)


def _compose(path: Path, data: bytes) -> Node | None:
    try:
        node: Node | None = yaml.compose(data, Loader=yaml.SafeLoader)
    except RecursionError:
        raise UsageError("tracing-yaml", f"{path}: is nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = error.problem or error.context or ""
        hint = "; a name that begins with * needs quotes" if "alias" in f"{error.context} {problem}" else ""
        raise UsageError("tracing-yaml", f"{path}{line}: is no YAML: {problem}{hint}") from None
    except yaml.YAMLError as error:
        raise UsageError("tracing-yaml", f"{path}: is no YAML: {' '.join(str(error).split())}") from None
    return node


@dataclass(frozen=True)
class _Reader:
    path: Path

    def rules(self, node: Node) -> Rules:
        parts = self.known(node, (), ("defaults", "files"))
        defaults, files = Rule(), []
        if "defaults" in parts:
            defaults = self.rule(parts["defaults"], ("defaults",), _DEFAULTS)
        if "files" in parts:
            for glob, value in self.pairs(parts["files"], ("files",), "globs, each with a level or a mapping"):
                files.append((glob, self.rule_of_files(value, ("files", glob))))
        return Rules(defaults, tuple(files))

    def rule_of_files(self, node: Node, way: _Way) -> Rule:
        if isinstance(node, MappingNode):
            return self.rule(node, way, _FILES)
        return Rule(self.level(node, way, f"{_LEVELS}, or a mapping with {', '.join(_FILES)}"))

    def rule(self, node: Node, way: _Way, keys: Sequence[str]) -> Rule:
        parts = self.known(node, way, keys)

        def read(key: str, reader: Callable[[Node, _Way], _T], otherwise: _T) -> _T:
            return reader(parts[key], (*way, key)) if key in parts else otherwise

        return Rule(
            read("level", self.level, None),
            read("functions", self.functions, ()),
            read("capture", self.capture, {}),
            read("capture_vars", self.names, None),
        )

    def level(self, node: Node, way: _Way, allowed: str = _LEVELS) -> int:
        if not (isinstance(node, ScalarNode) and node.tag.endswith(":int") and node.value in map(str, LEVELS)):
            self.refuse(node, way, allowed)
        return int(node.value)

    def functions(self, node: Node, way: _Way) -> tuple[tuple[str, int], ...]:
        pairs = self.pairs(node, way, "names of functions, each with a level, such as User.get: 5")
        return tuple((pattern, self.level(value, (*way, pattern))) for pattern, value in pairs)

    def capture(self, node: Node, way: _Way) -> dict[str, bool]:
        parts = self.known(node, way, ("params", "return", "vars", "async"))
        return {key: self.flag(value, (*way, key)) for key, value in parts.items()}

    def flag(self, node: Node, way: _Way) -> bool:
        if not (isinstance(node, ScalarNode) and node.tag.endswith(":bool")):
            self.refuse(node, way, "true or false")
        return _FLAGS[node.value.lower()]

    def names(self, node: Node, way: _Way) -> tuple[str, ...]:
        if not isinstance(node, SequenceNode) or not all(isinstance(item, ScalarNode) for item in node.value):
            self.refuse(node, way, "a list of names, such as [user_id, 'row_*']")
        return tuple(item.value for item in node.value)

    def known(self, node: Node, way: _Way, keys: Sequence[str]) -> dict[str, Node]:
        return dict(self.pairs(node, way, f"a mapping with {', '.join(keys)}", keys))

    def pairs(self, node: Node, way: _Way, allowed: str, keys: Sequence[str] | None = None) -> list[tuple[str, Node]]:
        """Give the keys and values of a mapping; each key may be there once, and only if it is one of `keys`."""
        if isinstance(node, ScalarNode) and node.tag.endswith(":null"):
            return []  # all below it is commented out
        if not isinstance(node, MappingNode):
            self.refuse(node, way, allowed)
        seen: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.stop(key, way, f"a key has to be a plain name; allowed: {allowed}")
            if key.value in seen:
                self.stop(key, way, f"{key.value!r} is there twice; leave one of them out")
            if keys is not None and key.value not in keys:
                near = "".join(f" (is {name} meant?)" for name in difflib.get_close_matches(key.value, keys, 1))
                self.stop(key, way, f"unknown key {key.value!r}{near}; allowed: {', '.join(keys)}")
            seen[key.value] = value
        return list(seen.items())

    def refuse(self, node: Node, way: _Way, allowed: str) -> NoReturn:
        found = f"a {node.id}" if isinstance(node, MappingNode | SequenceNode) else repr(node.value)
        self.stop(node, way, f"{found} is not allowed; allowed: {allowed}")

    def stop(self, node: Node, way: _Way, what: str) -> NoReturn:
        place = f"{' > '.join(way)}: " if way else ""
        raise UsageError("tracing-yaml", f"{self.path}:{node.start_mark.line + 1}: {place}{what}")
