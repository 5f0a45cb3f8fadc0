"""What texts each kind of setting allows, and what they mean."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spanwright import _kinds as kinds
from spanwright._globs import matches
from spanwright._settings import KEYS
from spanwright._told import NAMES, told

from instrumenter.engine.globs import Globs

DAY = 24 * 3_600 * 10**9


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (kinds.FLAG, "on", True), (kinds.FLAG, "TRUE", True), (kinds.FLAG, "no", False), (kinds.FLAG, "0", False),
        (kinds.number(), "0", 0), (kinds.number(), "1_000", 1000), (kinds.number(0, 5), "5", 5),
        (kinds.size(), "512", 512), (kinds.size(), "8kB", 8192), (kinds.size(), "64 MB", 64 << 20),
        (kinds.size(), "1.5GB", 3 << 29), (kinds.size(), ".5k", 512), (kinds.size(), "0", 0),
        (kinds.DURATION, "500us", 500_000), (kinds.DURATION, "200ms", 200_000_000),
        (kinds.DURATION, "1.5s", 1_500_000_000),
        (kinds.DURATION, "5m", 300 * 10**9), (kinds.DURATION, "7d", 7 * DAY), (kinds.DURATION, "12 h", DAY // 2),
        (kinds.PERCENT, "5%", 50_000), (kinds.PERCENT, "0.05", 50_000), (kinds.PERCENT, "0.1%", 1_000),
        (kinds.PERCENT, "100%", 1_000_000), (kinds.PERCENT, "0%", 0), (kinds.PERCENT, "1", 1_000_000),
        (kinds.PATTERNS, "a, b*,, c d ", ("a", "b*", "c d")), (kinds.PATTERNS, "a\nb", ("a", "b")),
        (kinds.choices(("python", "go")), "Python, go", ("python", "go")), (kinds.PATH, "/x y", "/x y"),
        (kinds.choice(("auto", "never")), "Never", "never"),
    ],
)  # fmt: skip
def test_text_is_read(kind: kinds.Kind, text: str, value: object) -> None:
    assert kind.read(text) == value and type(kind.read(text)) is type(value)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (kinds.FLAG, ["", "maybe", "2", "onn"]),
        (kinds.number(1, 5), ["0", "6", "-1", "1.5", "x", "", "９", "1e3", "9" * 30]),
        (kinds.size(64, 128), ["63", "129", "1kB", "-1", "8 apples", "kB", "1.2.3", "9" * 40]),
        (kinds.DURATION, ["5", "5 years", "-1s", "s", "1,5s"]),
        (kinds.PERCENT, ["101%", "5", "-1%", "%", "5%%", "5 s"]),
        (kinds.choices(("python",)), ["perl", "python perl"]),
        (kinds.choice(("auto", "never")), ["", "on", "auto, never"]),
    ],
)
def test_text_that_is_not_allowed_is_refused(kind: kinds.Kind, texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(ValueError):
            kind.read(text)


@given(st.text())
def test_any_text_is_a_value_or_refused(text: str) -> None:
    for key in KEYS.values():
        try:
            key.read(text)
        except ValueError:
            continue


def test_cores_are_told_numbers_and_bytes() -> None:
    texts = {
        "TRACING_MAX_CAPTURE_SIZE": "2kB", "TRACING_MAX_TRACES_MEMORY": "200000", "TRACING_REDACT": "pin, card_*",
        "TRACING_SAMPLE_RATE": "5%", "TRACING_MIN_DURATION": "10us", "TRACING_CAPTURE_VARS": "off",
        "TRACING_ENABLED": "on", "TRACING_SAMPLE_SEED": "7", "TRACING_KEEP_SLOWER_THAN": "0.2s",
        "TRACING_MAX_DEPTH": "6", "TRACING_KEEP_ERRORS": "no",
    }  # fmt: skip
    assert told({name: KEYS[name].read(text) for name, text in texts.items()}) == {
        "value_bytes": 2048, "window": 3, "redact": b"pin\ncard_*", "sample_rate": 50_000, "min_duration": 10_000,
        "vars": False, "sample_seed": 7, "keep_slower_than": 200_000_000, "max_depth": 6, "keep_errors": False,
    }  # fmt: skip
    assert set(NAMES) <= set(KEYS)


_PARTS = st.text("ab.-", min_size=1, max_size=4).filter(lambda part: part.strip("."))
_GLOBS = st.text("ab.-/*?", min_size=1, max_size=8) | st.sampled_from(
    ["[ab]*", "[!a]b", "**/a", "a/**", "**", "a[a-b]/", "./a", "a/b.b", "[]a]", "[a", "*/[!a-b]*/"]
)


@given(_GLOBS, st.lists(_PARTS, min_size=1, max_size=4))
def test_runtime_matches_globs_as_the_tool_does(glob: str, parts: list[str]) -> None:
    path = "/".join(parts)
    assert matches(glob, path) is Globs([glob]).match(PurePosixPath(path))
