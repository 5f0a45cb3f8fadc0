"""Where settings stand: in the environment, and in the human's `tracing.env`, which nothing of ours ever writes."""

from ._dotenv import parse, resolve
from ._settings import KEYS, PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FILE_NAME = "tracing.env"
ENV_FILE = "TRACING_ENV_FILE"
MOST_BYTES = 1 << 20


class Problem:
    """What is wrong with a statement of the file: its line, its key where it has one, and what is allowed."""

    __slots__ = ("key", "line", "what")

    def __init__(self, line: int, key: str, what: str) -> None:
        self.line = line
        self.key = key
        self.what = what


def refusal(name: str, text: str) -> str:
    """Say that a setting does not allow this value; empty if it does."""
    try:
        KEYS[name].read(text)
    except ValueError:
        return f"{name}={text.strip()}: is not allowed; allowed: {KEYS[name].kind.allowed}"
    return ""


def in_file(
    data: bytes, environment: "Callable[[str], str | None]"
) -> "tuple[dict[str, tuple[str, int]], list[Problem]]":
    """Give the text and the line of each setting in a `tracing.env`, and what is wrong there; that is left out.

    Keys that do not begin with TRACING_ are not ours: they are for `${...}`, or for others.
    """
    statements, wrong = parse(data.decode("utf-8", "surrogateescape"))
    problems = [Problem(line, "", "is no statement; allowed: KEY=value") for line in wrong]
    found: dict[str, tuple[str, int]] = {}
    for name, (text, line) in resolve(statements, environment).items():
        if not name.startswith(PREFIX):
            continue
        what = _objection(name, text or "")
        if what:
            problems.append(Problem(line, name, what))
        elif text and text.strip():
            found[name] = text, line
    return found, sorted(problems, key=lambda problem: problem.line)


def _objection(name: str, text: str) -> str:
    if name not in KEYS:
        return f"{name}: there is no such setting"
    if name == ENV_FILE:
        return f"{name}: counts in the environment only"
    return refusal(name, text)
