"""The probes where there is an overhead budget: some calls are timed; functions that are turned down only counted."""

from ._py_budget import NOBODY, PERIOD, TAKEN_OUT, Cost, budget
from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_calls import call, call_remembered, will
from ._py_errors import hidden_code
from ._py_handles import ASYNC_GENERATOR, COROUTINE, GENERATOR, Handle, end_handle, fail_handle, start
from ._py_hollow import end_hollow, enter_hollow, fail_hollow, hollow_place, is_hollow_here, start_hollow
from ._py_probes import end, enter
from ._py_system import calls, clock
from ._py_trouble import absorb, trouble
from ._py_wire import ERROR, FLAG, LEAVE
from ._pycore import File, probe_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from ._types import Probe

CALIBRATIONS, ROUNDS = 1_000, 5
_down = budget.down
_frame = calls.frame


class HollowFile(File):
    """One file's probes, which do little in functions that are turned down."""

    __slots__ = ()

    def enter(self, site: int, *params: object) -> None:
        """Open a span."""
        cost = _down.get(self._base + site)
        if cost is None:
            enter(self._base + site, params, False)
        else:
            enter_hollow(cost.site)
            if cost.how == TAKEN_OUT:
                self._take_out(cost, 2)

    def enter_m(self, site: int, *params: object) -> None:
        """Open a method's span."""
        cost = _down.get(self._base + site)
        if cost is None:
            enter(self._base + site, params, True)
        else:
            enter_hollow(cost.site)
            if cost.how == TAKEN_OUT:
                self._take_out(cost, 2)

    def error(self, site: "int | Handle") -> None:
        """Note the exception being handled."""
        place = hollow_place(site)
        if place is not None:
            fail_hollow(place)
        elif type(site) is Handle:
            fail_handle(site, True)
        elif type(site) is int:
            end(self._base + site, ERROR)

    def flag(self, site: "int | Handle") -> None:
        """Note that the span failed."""
        place = hollow_place(site)
        if place is not None:
            fail_hollow(place)
        elif type(site) is Handle:
            fail_handle(site, False)
        elif type(site) is int:
            end(self._base + site, FLAG)

    def exit(self, site: "int | Handle") -> None:
        """End the span."""
        if type(site) is Handle:
            place = hollow_place(site)
            if place is None:
                end_handle(site)
            else:
                end_hollow(site, place)
        elif type(site) is int:
            end(self._base + site, LEAVE)

    def gen(self, site: int, *params: object) -> Handle:
        """Open a generator's span."""
        return self._starter(site)(GENERATOR, self._base + site, params, False)

    def gen_m(self, site: int, *params: object) -> Handle:
        """Open the span of a method that is a generator."""
        return self._starter(site)(GENERATOR, self._base + site, params, True)

    def co(self, site: int, *params: object) -> Handle:
        """Open a coroutine's span."""
        return self._starter(site)(COROUTINE, self._base + site, params, False)

    def co_m(self, site: int, *params: object) -> Handle:
        """Open the span of a method that is a coroutine."""
        return self._starter(site)(COROUTINE, self._base + site, params, True)

    def agen(self, site: int, *params: object) -> Handle:
        """Open an async generator's span."""
        return self._starter(site)(ASYNC_GENERATOR, self._base + site, params, False)

    def agen_m(self, site: int, *params: object) -> Handle:
        """Open the span of a method that is an async generator."""
        return self._starter(site)(ASYNC_GENERATOR, self._base + site, params, True)

    def call(self, site: int, callee: object, *kept: object) -> object:
        """Open a call's span; give the callee back."""
        if not _down or not is_hollow_here():
            call(self._base + site, callee, None, id(calls.frame(1)), kept)
        return callee

    def call_m(self, site: int, receiver: object, name: str, *kept: object) -> object:
        """Open the span of a method's call; give the receiver back."""
        if not _down or not is_hollow_here():
            call(self._base + site, receiver, name, id(calls.frame(1)), kept)
        return receiver

    def will(self, site: int, callee: object) -> object:
        """Remember the callee; give it back."""
        if not _down or not is_hollow_here():
            will(self._base + site, callee, None, id(calls.frame(1)))
        return callee

    def will_m(self, site: int, receiver: object, name: str) -> object:
        """Remember a method as the callee; give the receiver back."""
        if not _down or not is_hollow_here():
            will(self._base + site, receiver, name, id(calls.frame(1)))
        return receiver

    def in_(self, site: int, value: object, *kept: object) -> object:
        """Open the span of a call whose callee was remembered; give the value back."""
        if not _down or not is_hollow_here():
            call_remembered(self._base + site, id(calls.frame(1)), kept)
        return value

    def _starter(self, site: int) -> "Callable[[int, int, tuple[Any, ...], bool], Handle]":
        """Give what opens the span of a generator, coroutine or async generator."""
        cost = _down.get(self._base + site)
        if cost is None:
            return start
        if cost.how == TAKEN_OUT:
            self._take_out(cost, 3)
        return start_hollow

    def _take_out(self, cost: Cost, depth: int) -> None:
        """Have the program's function, whose frame is so far away, do without its probes from its next call on."""
        try:
            budget.take_out(cost, calls.frame(depth).f_code, self._origin[0], self._origin[2])
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)


class Timed:
    """Carries a probe out; some calls are timed."""

    __slots__ = ("_origin", "_probe", "file")

    def __init__(self, probe: "Probe", file: File, origin: "tuple[Any, ...]") -> None:
        self._probe = probe
        self._origin = origin
        self.file = file

    def probe(self, *args: object) -> object:
        """Do what the probe does."""
        left = budget.left - 1
        budget.left = left
        if left > 0:
            return self._probe(*args)
        try:
            before = budget.before()
        except RecursionError:
            return self._probe(*args)
        began = calls.cpu_of_thread()
        result = self._probe(*args)
        try:
            took = calls.cpu_of_thread() - began  # without the times in which other threads and programs ran
            handle = args[0] if args and type(args[0]) is Handle else result
            budget.took(took, before, handle.site if type(handle) is Handle else NOBODY)
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)
        return result

    def __reduce__(self) -> "tuple[Any, ...]":
        return _Again, self._origin

    def __copy__(self) -> "Timed":
        return self

    def __deepcopy__(self, memo: object) -> "Timed":
        return self


class _Again:
    """What a probe that was timed is an attribute of where it is taken out of a pickle."""

    def __init__(self, *origin: object) -> None:
        self.probe = calls.modules["spanwright._register"].again(*origin)


def timed(base: int, origin: "tuple[Any, ...]", words: str) -> "tuple[Probe, ...]":
    """Give a file's probes for the words."""
    file = HollowFile(base, origin)
    return tuple(Timed(probe_of(file, word), file, (*origin, word)).probe for word in words.split())


_timed_code = Timed.probe.__code__


def _frame_but_ours(depth: int) -> "FrameType":
    """Give the frame so many above the caller's, as if probes were not called by way of another."""
    frame: Any = _frame(1)
    while depth:
        frame = frame.f_back
        depth -= frame.f_code is not _timed_code
    found: FrameType = frame
    return found


def _price_of_call() -> float:
    """Measure what calling a probe takes that is not seen from within, less what reading the clock takes there."""
    probe = Timed(lambda _: None, File(0, ()), ()).probe
    calling = reading = float("inf")  # each by its quickest round: others may have the processor in some
    for _ in range(ROUNDS):
        budget.left = CALIBRATIONS + 1
        began = clock.ticks()
        for _ in range(CALIBRATIONS):
            probe(0)
        called = clock.ticks()
        for _ in range(CALIBRATIONS):
            calls.cpu_of_thread()
        calling, reading = min(calling, called - began), min(reading, clock.ticks() - called)
    budget.left = PERIOD
    return (calling - reading) / CALIBRATIONS


calls.frame = _frame_but_ours  # type: ignore[assignment]
hidden_code.add(id(_timed_code))
budget.call = _price_of_call()
