"""Every message that a user can meet is explained in `docs/messages.md`, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Where the slug stands in the call.
CARRIERS = {
    **dict.fromkeys(("UsageError", "RewriteError", "VaultError", "StorageError", "StoreError", "TraceError"), 0),
    **dict.fromkeys(("CollectorError", "DemoError", "Refusal"), 0),
    **dict.fromkeys(("Unchanged", "Skipped", "Failed", "skip"), 1),
}
# Made from a variable: the two sealed files, and what the file system refuses.
BUILT = {"manifest-damaged", "journal-damaged", "no-space", "storage"}
# What a file is called that simply needs nothing; said in the summary only.
SUMMARY_ONLY = {"up-to-date", "nothing-to-instrument", "level-zero", "not-instrumented", "plain-again"}


def slugs() -> set[str]:
    sources = (ROOT / "instrumenter").rglob("*.py")
    calls = (node for path in sources for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call))
    return {slug for call in calls for slug in slug_of(call)}


def slug_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = CARRIERS.get(name)
    if place is None or len(call.args) <= place:
        return
    slug = call.args[place]
    if isinstance(slug, ast.Constant):
        yield str(slug.value)


def documented() -> list[str]:
    return re.findall(r"^## (\S+)$", (ROOT / "docs/messages.md").read_text("utf-8"), re.MULTILINE)


def test_every_message_is_explained() -> None:
    assert slugs() - SUMMARY_ONLY | BUILT == set(documented())


def test_messages_are_in_order_and_explained_once() -> None:
    assert documented() == sorted(set(documented()))
