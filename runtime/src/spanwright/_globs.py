"""Globs of files, as the tool matches them: against the end of a path, from any folder on, with all that lies below.

Nothing is imported for it: `re` and `fnmatch` may be twins themselves.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def matches(glob: str, path: str) -> bool:
    """Say whether a glob matches this relative path or a folder above it."""
    glob = glob[2:] if glob.startswith("./") else glob
    places = {0, *(at + 1 for at, char in enumerate(path) if char == "/")}
    for token in _tokens(glob.rstrip("/")):
        places = {end for place in places for end in _after(token, path, place)}
    return any(place == len(path) or path[place] == "/" for place in places)


def _tokens(glob: str) -> "Iterator[str]":
    at = 0
    while at < len(glob):
        size = next((len(star) for star in ("**/", "**") if glob.startswith(star, at)), 1)
        if glob[at] == "[":
            end = glob.find("]", at + (3 if glob.startswith("[!]", at) else 2))
            size = end + 1 - at if end > 0 else 1
        yield glob[at : at + size]
        at += size


def _after(token: str, path: str, at: int) -> "Iterator[int]":
    """Yield the places up to which a token may reach from one on."""
    if token == "**/":
        yield at
        yield from (place + 1 for place in range(at, len(path)) if path[place] == "/")
    elif token in ("*", "**"):
        yield at
        while at < len(path) and (token == "**" or path[at] != "/"):
            at += 1
            yield at
    elif at < len(path) and _is_one_of(token, path[at]):
        yield at + 1


def _is_one_of(token: str, char: str) -> bool:
    if token == "?":
        return char != "/"
    if len(token) < 3:
        return char == token
    inside = token[1:-1]
    return _is_in(inside[1:], char) is False if inside[0] in "!^" else _is_in(inside, char)


def _is_in(characters: str, char: str) -> bool:
    at = 0
    while at < len(characters):
        ends = at + 2 < len(characters) and characters[at + 1] == "-"
        if characters[at] <= char <= characters[at + 2 if ends else at]:
            return True
        at += 3 if ends else 1
    return False
