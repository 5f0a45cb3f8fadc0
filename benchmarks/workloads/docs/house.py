"""A house style for docutils: directives, a role, transforms and a writer's translator of its own."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles
from docutils.transforms import Transform
from docutils.writers import html5_polyglot

ACRONYMS = {"API": "application programming interface", "CPU": "processor", "SQL": "a query language"}


class Table(Directive):
    """`.. figures::`: a table of numbers with sums, from lines of words and numbers."""

    has_content = True
    option_spec = {"unit": directives.unchanged}  # noqa: RUF012

    def rows(self) -> list[tuple[str, int]]:
        found = []
        for line in self.content:
            name, _, number = line.rpartition(" ")
            if number.isdigit():
                found.append((name.strip(), int(number)))
        return found

    def run(self) -> list[nodes.Node]:
        rows = self.rows()
        everything = sum(number for _, number in rows) or 1
        items = nodes.bullet_list()
        for name, number in [*rows, ("all", everything)]:
            share = number * 100 // everything
            text = f"{name}: {number} {self.options.get('unit', '')} ({share} %)"
            items += nodes.list_item("", nodes.paragraph("", text))
        return [items]


def key_role(name: str, raw: str, text: str, line: int, inliner: Any, options: Any = None, content: Any = None) -> Any:
    """`:key:`: keys to press, joined with plus signs."""
    shown = []
    for part in text.split("+"):
        shown.append(nodes.literal(part, part.strip().title(), classes=["key"]))
        shown.append(nodes.Text("+"))
    return shown[:-1], []


class Acronyms(Transform):
    """Explain each acronym where it is used first."""

    default_priority = 800

    def apply(self) -> None:
        seen: set[str] = set()
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, nodes.literal | nodes.title):
                continue
            replaced = self.explained(str(text), seen)
            if replaced != str(text):
                text.parent.replace(text, nodes.Text(replaced))

    def explained(self, text: str, seen: set[str]) -> str:
        words = text.split(" ")
        for place, word in enumerate(words):
            meaning = ACRONYMS.get(word.strip(".,"))
            if meaning and word not in seen:
                seen.add(word)
                words[place] = f"{word} ({meaning})"
        return " ".join(words)


class Numbers(Transform):
    """Number the sections: 1, 1.1, 1.2, ..."""

    default_priority = 810

    def apply(self) -> None:
        self.number(self.document, ())

    def number(self, node: nodes.Element, above: tuple[int, ...]) -> None:
        count = 0
        for child in node.children:
            if isinstance(child, nodes.section):
                count += 1
                own = (*above, count)
                title = child.next_node(nodes.title)
                if title is not None:
                    title.insert(0, nodes.Text(".".join(map(str, own)) + " "))
                self.number(child, own)


class Translator(html5_polyglot.HTMLTranslator):
    """Adds what our pages have: anchors, word counts, an outline."""

    def __init__(self, document: nodes.document) -> None:
        super().__init__(document)
        self.outline: list[str] = []
        self.words = 0

    def visit_title(self, node: nodes.title) -> None:
        self.outline.append(node.astext())
        super().visit_title(node)

    def visit_Text(self, node: nodes.Text) -> None:
        self.words += self.counted(node.astext())
        super().visit_Text(node)

    def counted(self, text: str) -> int:
        count = 0
        for word in text.split():
            if any(letter.isalpha() for letter in word):
                count += 1
        return count

    def depart_document(self, node: nodes.document) -> None:
        super().depart_document(node)
        self.body.append(f"<p>{self.words} words, {len(self.outline)} titles</p>")


class Writer(html5_polyglot.Writer):
    def __init__(self) -> None:
        super().__init__()
        self.translator_class = Translator

    def get_transforms(self) -> list[type[Transform]]:
        return [*super().get_transforms(), Acronyms, Numbers]


def register() -> None:
    directives.register_directive("figures", Table)
    roles.register_local_role("key", key_role)
