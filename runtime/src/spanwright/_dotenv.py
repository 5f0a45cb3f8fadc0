"""The syntax of `tracing.env`, read as python-dotenv reads a `.env`: a test holds the two together.

One `KEY=value` a line, `export` before it if one likes. Values are plain, up to the end of the line or to a `#` behind
white space, or in quotes: then they may go over several lines; in double quotes `\\n`, `\\t`, `\\"` and the like are
characters, in single ones only `\\'` and `\\\\`. `${NAME}` and `${NAME:-otherwise}` stand for other values, in quotes,
too. Where a key stands twice the last counts.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_DOUBLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"'}
_SINGLE = {"\\": "\\", "'": "'"}


class NotUnderstood(Exception):
    """This is no statement."""


class Statement:
    """A key and its value, None where there is no `=`; the line on which it begins."""

    __slots__ = ("key", "line", "value")

    def __init__(self, key: str, value: "str | None", line: int) -> None:
        self.key = key
        self.value = value
        self.line = line


def parse(text: str) -> "tuple[list[Statement], list[int]]":
    """Give the statements of a file, and the lines that are none; those are passed over."""
    scan = _Scan(text[1:] if text.startswith("\ufeff") else text)
    statements, wrong = [], []
    scan.spaces(lines=True)
    while scan.at < len(scan.text):
        start = scan.at
        try:
            key, value = scan.statement()
            if key is not None:
                statements.append(Statement(key, value, scan.line(start)))
        except NotUnderstood:
            wrong.append(scan.line(start))
            scan.rest_of_line()
        scan.spaces(lines=True)
    return statements, wrong


class _Scan:
    """A place in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def line(self, at: int) -> int:
        return len((self.text[:at] + ".").replace("\r\n", "\n").replace("\r", "\n").split("\n"))

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def spaces(self, lines: bool = False) -> int:
        """Pass over white space, over newlines if `lines`; give how much there was."""
        start = self.at
        while (char := self.peek()).isspace() and (lines or char not in "\r\n"):
            self.at += 1
        return self.at - start

    def rest_of_line(self) -> str:
        start = self.at
        while (char := self.peek()) and char not in "\r\n":
            self.at += 1
        return self.text[start : self.at]

    def statement(self) -> "tuple[str | None, str | None]":
        start = self.at
        if self.text.startswith("export", self.at):
            self.at += len("export")
            if not self.spaces():
                self.at = start  # a key that begins so
        key, value = self.key(), None
        self.spaces()
        if self.peek() == "=":
            self.at += 1
            value = "" if self.spaces() and self.peek() == "#" else self.value()
        self.spaces()
        if self.peek() == "#":
            self.rest_of_line()
        if self.peek() not in ("", "\r", "\n"):
            raise NotUnderstood
        return key, value

    def key(self) -> "str | None":
        start = self.at
        if self.peek() == "#":
            return None
        if self.peek() == "'":
            end = self.text.find("'", start + 1)
            if end <= start + 1:
                raise NotUnderstood
            self.at = end + 1
            return self.text[start + 1 : end]
        while (char := self.peek()) and char not in "=#" and not char.isspace():
            self.at += 1
        if self.at == start:
            raise NotUnderstood
        return self.text[start : self.at]

    def value(self) -> str:
        if self.peek() == "'":
            return self.quoted("'", _SINGLE)
        if self.peek() == '"':
            return self.quoted('"', _DOUBLE)
        plain = self.rest_of_line()
        mark = plain.find("#", 1)
        while mark > 0 and not plain[mark - 1].isspace():
            mark = plain.find("#", mark + 1)
        return (plain if mark < 0 else plain[:mark]).rstrip()

    def quoted(self, quote: str, escapes: "dict[str, str]") -> str:
        out, at, text = [], self.at + 1, self.text
        while at < len(text) and text[at] != quote:
            if text[at] == "\\" and at + 1 < len(text):
                out.append(escapes.get(text[at + 1], text[at : at + 2]))
                at += 1
            else:
                out.append(text[at])
            at += 1
        if at >= len(text):
            raise NotUnderstood
        self.at = at + 1
        return "".join(out)


def resolve(
    statements: "list[Statement]", environment: "Callable[[str], str | None]"
) -> "dict[str, tuple[str | None, int]]":
    """Give each key's value, with other keys' values and environment variables in their places, and its line."""
    found: dict[str, tuple[str | None, int]] = {}

    def look_up(name: str, otherwise: str) -> str:
        value = found[name][0] if name in found else environment(name)
        return value if value is not None else "" if name in found else otherwise

    for statement in statements:
        value = statement.value
        found[statement.key] = value if value is None else _filled(value, look_up), statement.line
    return found


def _filled(value: str, look_up: "Callable[[str, str], str]") -> str:
    out, at = [], 0
    while (start := value.find("${", at)) >= 0:
        name, otherwise, end = _variable(value, start + 2)
        out.append(value[at:start])
        out.append(look_up(name, otherwise) if end else "$")
        at = end or start + 1
    return "".join(out) + value[at:]


def _variable(value: str, start: int) -> "tuple[str, str, int]":
    """Give name, default and end of what stands behind `${`; the end is 0 where it is no variable."""
    end = value.find("}", start)
    colon = value.find(":", start, max(end, start))
    if end < 0 or (colon >= 0 and value[colon + 1] != "-"):
        return "", "", 0
    return (value[start:end], "", end + 1) if colon < 0 else (value[start:colon], value[colon + 2 : end], end + 1)
