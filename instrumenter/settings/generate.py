"""Writes what comes from the table of settings: `python -m instrumenter.settings.generate` in the checkout's root.

These are `tracing.env.example` and the tables of `docs/settings.md`. `tracing.env` itself is the human's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from instrumenter.settings.table import KEYS, NAMES, SECTIONS, Key

EXAMPLE = Path("tracing.env.example")
REFERENCE = Path("docs/settings.md")
_BEGIN, _END = "<!-- {}: made by python -m instrumenter.settings.generate -->", "<!-- end of {} -->"
_HEAD = """\
# Settings of Spanwright. Copy this file to tracing.env at the project's root, the folder that has .spanwright/, and
# take the # away from what you change. tracing.env is yours: nothing of Spanwright writes it.
# The command line counts most, then the environment, then tracing.yaml, then tracing.env. See docs/settings.md.
"""


def example() -> str:
    """Give the text of `tracing.env.example`: every setting with its default, each commented out."""
    parts = [_HEAD]
    for title, keys in SECTIONS:
        parts.append(f"\n# {title}\n")
        for key in keys:
            parts.append("\n" + "".join(f"# {line}\n" for line in _described(key)) + f"#{key.name}={key.default}\n")
    return "".join(parts)


def _described(key: Key) -> Iterator[str]:
    yield key.says
    yield f"Allowed: {key.kind.allowed}."
    if key.later:
        yield f"Later: {key.later}."


def tables() -> str:
    """Give the tables of all settings for the reference page."""
    lines = []
    for title, keys in SECTIONS:
        lines += [f"### {title}", "", "| setting | default | what | allowed | read by |", "|---|---|---|---|---|"]
        for key in keys:
            says = f"{key.says} *{key.later.capitalize()}.*" if key.later else key.says
            default = f"`{key.default}`" if key.default else "not set"
            lines.append(f"| `{key.name}` | {default} | {says} | {key.kind.allowed} | {key.reader} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def names() -> str:
    """Give the table of what the cores are told."""
    lines = ["| name | setting | type |", "|---|---|---|"]
    for name, told in NAMES.items():
        kind = {"switch": "bool", "list": "bytes, one item a line"}.get(KEYS[name].kind.name, "int")
        lines.append(f"| `{told}` | `{name}` | {kind} |")
    return "\n".join(lines)


def reference(page: str) -> str:
    """Give the reference page with its tables made anew."""
    for part, text in (("settings", tables()), ("names", names())):
        before, _, rest = page.partition(_BEGIN.format(part))
        after = rest.partition(_END.format(part))[2]
        page = f"{before}{_BEGIN.format(part)}\n\n{text}\n\n{_END.format(part)}{after}"
    return page


if __name__ == "__main__":
    EXAMPLE.write_text(example(), "utf-8")
    REFERENCE.write_text(reference(REFERENCE.read_text("utf-8")), "utf-8")
