"""SIGUSR2 has the flight recorder written out, where the program has left that signal as it was.

Only builtin modules are used: nothing is loaded for it.
"""

import _signal  # type: ignore[import-not-found]

from . import _system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._types import Core


def install(core: "Core") -> None:
    """Take the signal; a program that takes it later simply has it."""
    number = getattr(_signal, "SIGUSR2", None)  # Windows has none
    if number is None or _signal.getsignal(number) != _signal.SIG_DFL or _is_taken(number):
        return

    def write_out(*_: object) -> None:
        core.dump("signal")

    try:
        _signal.signal(number, write_out)
    except ValueError:  # not the main thread of the main interpreter
        return


def _is_taken(number: int) -> bool:
    """Tell whether C code has a handler, of which `getsignal` does not know: `faulthandler.register`."""
    try:
        for line in _system.read("/proc/self/status", 4_096).splitlines():
            name, _, mask = line.partition(b":")
            if name in (b"SigCgt", b"SigIgn") and int(mask, 16) >> (number - 1) & 1:
                return True
    except (OSError, ValueError):
        return False
    return False
