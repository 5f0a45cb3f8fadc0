"""What docs/redaction.md says of names and texts is what both cores do."""

from __future__ import annotations

import json
import random

import pytest
from core_under_test import CoreUnderTest
from redaction_tables import module_of, named_values, texts
from segment_text import events
from spanwright import _py_redact_names as names


def test_values_are_hidden_by_their_names(core: CoreUnderTest) -> None:
    table = named_values()
    assert len(table) >= 80
    lines = [f"_sw_enter(1, {{{name!r}: {value!r}}}); _sw_ret()" for name, value, _ in table]
    shown = [event for event in events(core.run("\n".join(lines)).segment) if event.startswith("ARGS")]
    told = [line.partition("<redacted: ")[2].partition(">")[0] for line in shown]
    assert list(zip(shown, told, strict=True)) == [
        (f"ARGS {{{name!r}: '<redacted: {kind}>'}}" if kind else line, kind)
        for line, (name, _, kind) in zip(shown, table, strict=True)
    ]


@pytest.mark.parametrize("core", ["c", "python"])
def test_texts_are_recorded_without_their_secrets(core: str) -> None:
    assert len(texts()) >= 20
    assert {text: module_of(core).redact(text) for text, _ in texts()} == dict(texts())


def test_names_are_told_alike_by_both_cores(needs_c: None) -> None:
    c, python = module_of("c"), module_of("python")
    chance = random.Random(7)
    words = [*(word for term in names._TERMS for word in term.split("-")), *names._HARMLESS, *names._ASKING]
    words += [*names._OTHER_TOKENS, "x", "user", "é", "12"]
    hidden = 0
    for _ in range(20_000):
        some = [chance.choice(words) for _ in range(chance.choice((1, 2, 2, 3, 4)))]
        styled = [chance.choice((word, word, word.title(), word.upper())) for word in some]
        name = chance.choice(("_", "-", "", ".", " ", "2")).join(styled)
        assert c.hides(name) == python.hides(name), name
        hidden += bool(c.hides(name))
    assert hidden > 2_000


FRAGMENTS = [
    *"=:@/?&;\n\r'\"\\`()[]{}<>,| -_.\0é€\ud800", "= ", " = ", ": ", "://", "==", '\\"', "b'", "password", "token",
    "api_key", "Authorization", "Cookie", "session", "auth", "user", "hunter2", "None", "123", "12.5", "postgres", "u",
    "h:80", "ghp_", "github_pat_", "sk_live_", "sk-", "glpat-", "xoxb-", "pypi-", "AKIA", "ASIA", "AIza", "SG.", "SK",
    "eyJ", "-----BEGIN", "RSA PRIVATE KEY-----", "-----END", "-----", "Bearer ", "Basic ", "A" * 16, "a1" * 20,
    "0123456789abcdef" * 2, "4111111111111111", "4111 1111 1111 1111", "378282246310005", "5555-5555-5555-4444",
    "x " * 60,
]  # fmt: skip


def some_texts(seed: int, count: int) -> list[str]:
    """Texts of fragments in which secrets come and go."""
    chance = random.Random(seed)
    sizes = (4, 8, 16, 60)
    return ["".join(chance.choice(FRAGMENTS) for _ in range(chance.choice(sizes))) for _ in range(count)]


def test_texts_are_recorded_alike_by_both_cores(needs_c: None) -> None:
    c, python = module_of("c"), module_of("python")
    changed = 0
    for text in some_texts(1, 20_000):
        recorded = c.redact(text)
        assert recorded == python.redact(text), text
        changed += recorded != text
    assert changed > 4_000


CAPTURE_ALL = """
import json, sys
_sw_enter(0)
for text in json.load(open("texts.json")):
    data = text.encode("utf-8", "surrogatepass")
    for value in (text, data, bytearray(data), {text: [text]}):
        _sw_var(1, value)
    try:
        raise ValueError(text)
    except ValueError as error:
        if sys.version_info >= (3, 11):
            error.add_note(text)
        _sw_error(0)
_sw_ret()
"""


def test_values_are_captured_alike_by_both_cores(both_cores: tuple[CoreUnderTest, CoreUnderTest]) -> None:
    chance = random.Random(3)
    some = [text * chance.choice((1, 1, 8)) for text in some_texts(2, 400)]
    segments = []
    for core in both_cores:
        core.write("texts.json", json.dumps(some))
        data = core.run(CAPTURE_ALL, env={"TRACING_MAX_CAPTURE_SIZE": "300"}).segment.read_bytes()
        segments.append(data[:16] + data[17:128] + data[4_096:])
    assert len(segments[0]) > 200_000
    assert b"<redacted: " in segments[0]
    assert segments[0] == segments[1]


HOLDERS = """
import array, collections, uuid
Note = collections.namedtuple("Note", "token count")
class Session:
    def __init__(self):
        self.user, self.cookie = "shown", "hidden"
values = [Session(), uuid.UUID(int=5), collections.deque(["hidden"]), array.array("b", b"hidden"), Note("hidden", 3)]
for value in values:
    _sw_enter(1, {"session": value, "plain": value}); _sw_ret()
"""


def test_objects_are_shown_where_their_fields_have_names(core: CoreUnderTest) -> None:
    session, uuid, deque, array, note = [line for line in events(core.run(HOLDERS).segment) if line.startswith("ARGS")]
    assert session.count("'shown'") == 2
    assert session.count("<redacted: cookie>") == 2
    for line in (uuid, deque, array, note):
        assert line.startswith("ARGS {'session': '<redacted: session>', 'plain': ")
    assert "<redacted: token>" in note
    assert "hidden" not in note + deque.partition("plain")[0]
