"""Traces where volume is on (docs/volume.md): which of them are drawn, and what is known of the spans in them."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import ALL, NO_SEED, limits
from ._py_system import FAKE, calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._py_handles import Handle
    from ._py_segment import Map

KEPT, UNDECIDED, FORGOTTEN = range(3)
_WORD = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


class Trace:
    """What hangs below one root: its fate, and what that depends on."""

    __slots__ = ("failed", "fate", "rewound", "shared", "splits")

    def __init__(self, fate: int) -> None:
        self.fate = fate
        self.failed = False
        self.shared = False  # it is not alone on one thread, so it cannot be rewound
        self.splits = 0  # as the recorder's when it began
        self.rewound = False


class Place:
    """Where an open span belongs, and what has become of it so far."""

    __slots__ = (
        "_muted", "above", "began", "busy", "depth", "failed", "forks", "home", "left_out", "mark", "root", "trace",
        "turn",
    )  # fmt: skip

    hollow = False  # nothing hangs below it (docs/budget.md)

    def __init__(self, trace: Trace, depth: int, root: bool, muted: bool, forks: int) -> None:
        self.trace = trace
        self.depth = depth
        self.root = root
        self._muted = muted or trace.fate == FORGOTTEN or 0 < limits.max_depth < depth
        self.forks = forks  # as the recorder's when it was opened
        self.above: Handle | None = None  # what it hangs below, where that is a handle
        self.home: tuple[Any, int, Place] | None = None  # else the stack, where on it that is, and the place of that
        self.mark: tuple[Map, int, int] | None = None  # its opening event: chunk, place in it, time of the one before
        self.began = 0
        self.left_out = 0  # spans below it
        self.failed = False
        self.busy = False  # something hangs below it
        self.turn = 0  # of a handle: the ring's, when that was last told of it

    @property
    def muted(self) -> bool:
        """Whether nothing is written of it (any more)."""
        return self._muted or self.trace.rewound


class Draw:
    """Decides which traces are kept: the same ones where a program with a seed does the same again."""

    __slots__ = ("_roots", "_seed")

    def __init__(self) -> None:
        self._roots = 0  # so many were drawn
        self._seed = NO_SEED

    def trace(self) -> Trace:
        """Give the trace of a new root."""
        number = self._roots
        self._roots = number + 1
        rate = limits.sample_rate
        if rate == ALL or (rate and _random(self._start(), number) % ALL < rate):
            return Trace(KEPT)
        return Trace(UNDECIDED if limits.keep_errors or limits.keep_slower_than else FORGOTTEN)

    def _start(self) -> int:
        if self._seed == NO_SEED:
            unset = 0 if FAKE else int.from_bytes(calls.random(8), "little")
            self._seed = unset if limits.sample_seed == NO_SEED else limits.sample_seed
        return self._seed


def _random(seed: int, place: int) -> int:
    """Give the number of splitmix64 that stands at a place."""
    z = (seed + (place + 1) * _STEP) & _WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _WORD
    return z ^ (z >> 31)
