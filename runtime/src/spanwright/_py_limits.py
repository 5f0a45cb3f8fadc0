"""What the settings say, as far as the recorder minds: docs/settings.md, "What the cores are told"."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ALL = 1_000_000  # a share is in millionths
LEAST_RING = 262_144
#: Least and most of each number.
_NUMBERS = {
    "value_bytes": (64, 16_384), "items": (1, 1_000), "depth": (1, 10), "window": (1, 1_024),
    "sample_rate": (0, ALL), "sample_seed": (0, (1 << 63) - 1), "keep_slower_than": (0, (1 << 63) - 1),
    "min_duration": (0, (1 << 63) - 1), "max_depth": (1, (1 << 32) - 1), "flight_recorder": (LEAST_RING, (1 << 63) - 1),
    "overhead_budget": (1, ALL),
}  # fmt: skip
_SWITCHES = ("params", "returns", "vars", "awaits", "errors", "store", "keep_errors")
NO_SEED = -1


class Limits:
    """Nothing changes them once the first file is registered."""

    __slots__ = (*_NUMBERS, *_SWITCHES)

    def __init__(self) -> None:
        self.value_bytes = 1_024
        self.items = 32
        self.depth = 4
        self.window = 16  # chunks that the file grows by at once, at most
        self.params = self.returns = self.vars = self.awaits = self.errors = True
        self.store = True  # the segment stays when its process has ended
        self.sample_rate = ALL
        self.sample_seed = NO_SEED
        self.keep_errors = True
        self.keep_slower_than = self.min_duration = self.max_depth = 0  # 0: not set
        self.flight_recorder = 0  # bytes of the ring; 0: the segment is none
        self.overhead_budget = 0  # 0: there is none

    def take(self, settings: "dict[str, Any]") -> None:
        """Take what a dict says; what is missing, of another type or not allowed stays as it is."""
        for name, (least, most) in _NUMBERS.items():
            number = settings.get(name)
            if type(number) is int and least <= number <= most:
                setattr(self, name, number)
        for name in _SWITCHES:
            if type(settings.get(name)) is bool:
                setattr(self, name, settings[name])

    def volume(self) -> bool:
        """Tell whether not all that happens is recorded, or stays (docs/volume.md, docs/flight-recorder.md)."""
        return self.sample_rate < ALL or self.min_duration > 0 or self.max_depth > 0 or self.flight_recorder > 0


limits = Limits()
