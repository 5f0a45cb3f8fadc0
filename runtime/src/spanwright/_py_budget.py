"""The overhead budget (docs/budget.md): what probes take is measured; functions are turned down while that is too much.

One call of a probe in `PERIOD` is timed, at random, and counts for all of them. Times are in ns, as ticks are; shares
are of what the program itself takes.
"""

from ._py_budget_code import SELDOM, put_back, take_out
from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import ALL, limits
from ._py_recorder import current, recorder
from ._py_streams import HANDLE, PLACE, SITE, UNDER
from ._py_system import LOADED, calls, clock
from ._py_trouble import Stopped
from ._py_wire import SWITCH, v
from ._system import setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from ._py_budget_code import Codes, Given

PERIOD = 32
SECOND = 1_000_000_000
WINDOW = SECOND // 10
SHORTEST = WINDOW // 20  # after which a window is over if all that may be taken in one was taken
CALM = SECOND // 2
LONGEST_WAIT = 60 * SECOND
DEAREST = 16  # the highest share that is believed
AIM = 0.8  # part of the budget that is left when functions are turned down
ROOM = 0.7  # and below which there is room to turn some up
TIMES_COUNTED = 3  # what recording takes, at most, where counting takes 1
RECORDED, COUNTED, TAKEN_OUT = range(3)
NOBODY = -1


class Cost:
    """A function's part in what recording takes, and how it is recorded."""

    __slots__ = (
        "before", "functions", "how", "next", "rate", "share", "site", "spent", "stays", "tried", "wait", "window",
    )  # fmt: skip

    def __init__(self, site: int) -> None:
        self.site = site
        self.how = RECORDED
        self.spent = 0.0  # in this window
        self.share = 0.0  # in the last window in which it spent anything; that was number `window`
        self.window = 0
        self.before = 0  # what its calls had taken when this window began
        self.rate = 0.0  # its share when it was turned down
        self.next = 0  # when it may be turned up
        self.wait = 0  # how long it has to wait when it is turned down
        self.tried: int | None = None  # when it was turned up last
        self.stays = False  # its probes cannot be taken out
        self.functions: dict[int, Given] = {}  # that have the original's code, by identity


class Budget:
    """The process's."""

    def __init__(self) -> None:
        self.left = PERIOD  # until the next probe is timed
        self.call = 0.0  # what calling a probe takes that is not seen from within, less what timing it takes
        self.down: dict[int, Cost] = {}  # by site: what is not recorded
        self.codes: Callable[[str, str], Codes | None] | None = None  # gives the code of a file's original
        self._at_random = setting("SPANWRIGHT_BUDGET") == "random"  # for tests: every probe turns its function somehow
        self._seed = LOADED[2] & 0xFFFF_FFFF
        self._costs: dict[int, Cost] = {}
        self._active: dict[int, Cost] = {}  # by site: what has spent something in this window
        self._spent = 0.0  # in this window
        self._checking = False
        self._window = 0
        self._checked = self._calm = clock.ticks()  # when this window began; since when there has been room
        self._cpu = calls.cpu()
        self._forks = recorder.forks

    def before(self) -> "tuple[int, int]":
        """Begin to time a probe; give how deep the stack is, and the site of the function that runs."""
        self._seed = (self._seed * 1_664_525 + 1_013_904_223) & 0xFFFF_FFFF  # Numerical Recipes'
        self.left = 1 if self._at_random else PERIOD // 2 + (self._seed >> 16) % PERIOD + 1
        return _site_here()

    def took(self, ticks: int, before: "tuple[int, int]", whose: int) -> None:
        """Note what a probe took; `whose` is the site of the handle that it was given or has made."""
        if whose == NOBODY:
            now = _site_here()
            whose = now[1] if now[0] > before[0] else before[1]
        spent = max(0.0, ticks + self.call) * (PERIOD + 0.5)
        self._spent += spent
        if whose != NOBODY:
            cost = self._costs.get(whose) or self._costs.setdefault(whose, Cost(whose))
            self._active[whose] = cost
            cost.spent += spent
        if not self._checking and not recorder.off:
            self._checking = True
            try:
                if self._at_random:
                    self._turn_at_random(whose, clock.ticks())
                else:
                    self._look(clock.ticks())
            finally:
                self._checking = False

    def _turn_at_random(self, site: int, now: int) -> None:
        """Turn a function up or down: whatever is turned when, the program does what it did."""
        cost, how = self._costs.get(site), (self._seed >> 20) % 4
        if cost is not None:
            self._turn(cost, COUNTED if how > TAKEN_OUT or (how == TAKEN_OUT and cost.stays) else how, now)

    def _look(self, now: int) -> None:
        passed = now - self._checked
        if self._forks != recorder.forks:  # the child has CPU time of its own
            self._forks = recorder.forks
            self._begin_window(calls.cpu())
        elif passed > WINDOW or (passed > SHORTEST and self._spent > WINDOW * limits.overhead_budget / ALL):
            self._check(now)

    def _check(self, now: int) -> None:
        """End a window."""
        cpu = calls.cpu()
        program = max(cpu - self._cpu - self._spent, self._spent / DEAREST, 1)
        share, most = self._spent / program, limits.overhead_budget / ALL
        self._window += 1
        for cost in list(self._active.values()):
            cost.share = cost.spent / program
            cost.window = self._window
        if share > ROOM * most:
            self._calm = now
        if share > most:
            self._turn_down(share, now)
        elif now - self._calm > CALM:
            self._turn_up(AIM * most - share, now)
        self._begin_window(cpu)

    def _begin_window(self, cpu: int) -> None:
        active, self._active = self._active, {}
        for cost in list(active.values()):
            cost.spent = 0.0
            cost.before = recorder.counts.ticks(cost.site)
        self._spent = 0.0
        self._cpu = cpu
        self._checked = clock.ticks()

    def _turn_down(self, share: float, now: int) -> None:
        """Turn functions down, the dearest first, until what is left is within the budget.

        Those that matter little are turned down only where the others do not suffice.
        """
        aim = AIM * limits.overhead_budget / ALL
        for cost in sorted(self._active.values(), key=lambda one: (one.share < aim / 100, -_dearness(one))):
            if share <= aim:
                return
            if cost.how == TAKEN_OUT or (cost.how == COUNTED and (cost.stays or self.codes is None)):
                continue
            if cost.how == RECORDED:
                cost.rate = cost.share
            share -= cost.share * (1 - 1 / TIMES_COUNTED) if cost.how == RECORDED else cost.share
            _wait_again(cost, now)
            self._turn(cost, cost.how + 1, now)

    def _turn_up(self, room: float, now: int) -> None:
        """Turn the function up that took least, one step, if there is one that has waited and that fits."""
        waited = [cost for cost in self.down.values() if cost.next <= now and self._fits(cost, room)]
        if waited:
            cost = min(waited, key=lambda one: one.rate)
            cost.tried = self._calm = now
            self._turn(cost, cost.how - 1, now)

    def _fits(self, cost: Cost, room: float) -> bool:
        """Tell whether there is room for a function; of one whose probes are out only a trial shows what it takes."""
        share = cost.share if cost.window == self._window else 0.0
        return cost.how == TAKEN_OUT or share * (TIMES_COUNTED - 1) <= room

    def _turn(self, cost: Cost, how: int, now: int) -> None:
        """Have a function recorded in another way from now on."""
        before, cost.how = cost.how, how
        if how == before:
            return
        if how == RECORDED:
            self.down.pop(cost.site, None)
        else:
            self.down[cost.site] = cost
        if before == TAKEN_OUT:
            put_back(cost)
        self._say(cost, now)

    def _say(self, cost: Cost, now: int) -> None:
        try:
            recorder.define_numbered(bytes((SWITCH,)) + v(cost.site) + v(cost.how) + v(now - recorder.ticks0))
        except Stopped:  # a segment that is made says it
            return

    def say_all(self, now: int) -> None:
        """Tell a new segment what is turned down."""
        for cost in list(self.down.values()):
            self._say(cost, now)

    def take_out(self, cost: Cost, code: "CodeType", table_id: str, filename: str) -> None:
        """Have the function that runs do without its probes from its next call on; where that cannot be, it stays."""
        seldom = 0 if self._at_random else SELDOM
        if self.codes is not None and not take_out(cost, code, self.codes, (table_id, filename), seldom):
            cost.stays = True
            self._turn(cost, COUNTED, clock.ticks())


def _site_here() -> "tuple[int, int]":
    """Give how deep the stack is, and the site of the function that runs."""
    stream = recorder.here.stream
    stack = [] if stream is None else stream.stack
    under = current()
    if stack and under is not None and stack[-1][UNDER] is not under:
        place = stack[-1][PLACE]
        if place is None or not place.hollow or place.current is not under:
            return len(stack), under.site
    for entry in reversed(stack):
        if type(entry[HANDLE]) is not int:
            return len(stack), entry[SITE]
    return len(stack), NOBODY if under is None else under.site


def _dearness(cost: Cost) -> float:
    """Give what a function's probes take for each ns that it runs.

    One of which no call has ended has run all the time.
    """
    ran = recorder.counts.ticks(cost.site) - cost.before
    return cost.share / (ran if ran > 0 else 1e12)


def _wait_again(cost: Cost, now: int) -> None:
    """Have a function wait until it is turned up; four times as long if it was turned up a moment ago, in vain."""
    in_vain = cost.tried is not None and now - cost.tried < SECOND
    cost.wait = min(cost.wait * 4 if in_vain else SECOND, LONGEST_WAIT)
    cost.next = now + cost.wait


budget = Budget()
