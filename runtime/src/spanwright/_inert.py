"""Probes that do nothing but hand values through: for twins of an ABI that this runtime does not know."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import Probe


def _nothing(*_: object) -> None:
    return None


class _Handle:
    __slots__ = ()

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


def _value(*values: object) -> object:
    return values[-1] if values and type(values[-1]) is not _Handle else None


def _handle(*_: object) -> _Handle:
    return _Handle()


def _at(place: int) -> "Probe":
    """Give a probe that hands the argument at `place` through."""

    def probe(*arguments: object) -> object:
        return arguments[place]

    return probe


# Where a probe is called with the handle alone, that must not come back as the value.
_KINDS: "dict[str, Probe]" = {
    **dict.fromkeys(("enter", "enter_m", "fail", "error", "flag", "exit", "caught"), _nothing),
    **dict.fromkeys(("line", "var", "keep", "state"), _nothing),
    **dict.fromkeys(("gen", "co", "agen", "gen_m", "co_m", "agen_m"), _handle),
    "out": _at(0),
    **dict.fromkeys(("call", "call_m", "will", "will_m", "in"), _at(1)),
    **dict.fromkeys(("await", "awith", "aiter"), _at(2)),
}


def inert(words: str) -> "tuple[Probe, ...]":
    """Give one such probe for each of the `words`; an unknown one gives back its last argument."""
    return tuple(_KINDS.get(word, _value) for word in words.split())
