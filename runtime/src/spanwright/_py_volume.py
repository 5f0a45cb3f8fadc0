"""The stream of a thread where volume is on: what is muted, and what becomes of spans that end (docs/volume.md)."""

from ._py_builtins import own as __builtins__  # type: ignore[no-redef]  # noqa: F401
from ._py_limits import limits
from ._py_regions import RegionStream
from ._py_streams import HANDLE, MUTED, NO_CHUNK, PLACE, SITE, SPAN
from ._py_system import clock
from ._py_traces import FORGOTTEN, KEPT, UNDECIDED, Place
from ._py_trouble import absorb, trouble
from ._py_wire import (
    CALL_FAIL,
    END,
    FAILURES,
    FORGET,
    HLEFT_OUT,
    LEFT_OUT,
    LOST,
    OF_THE_THREAD,
    OPENINGS,
    v,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._py_handles import Handle
    from ._py_streams import Entry, Opened, Recent, Written

UNCOUNTED = -1  # in place of the site of a span that has no counters


class VolumeStream(RegionStream):
    """Each event passes `put`, also of what is muted: there it is only accounted for."""

    __slots__ = ()

    def opening(self, above: "Handle | None", is_function: bool) -> Place:
        """Find the place of a span that is about to be opened, below a handle or what this thread has open."""
        recorder, stack = self._recorder, self.stack
        index = -1 if above is not None else self._innermost()
        if above is not None:
            parent = above.place
        elif index >= 0:
            parent = stack[index][PLACE]
        else:
            recorder.place(self)
            parent = None if self.hangs is None else self.hangs[3]
        if parent is None:
            return self._root()
        self._touch(parent.trace)
        below_call = index >= 0 and type(stack[index][HANDLE]) is int
        depth = parent.depth + (not (is_function and below_call))
        place = Place(parent.trace, depth, False, parent.muted, recorder.forks)
        place.above = above
        place.home = (stack, index, parent) if index >= 0 else None
        return place

    def _innermost(self) -> int:
        """Give where on the stack the innermost span is whose beginning could be recorded; -1 without one."""
        index = len(self.stack) - 1
        while index >= 0 and self.stack[index][PLACE] is None:
            index -= 1
        return index

    def _root(self) -> Place:
        trace = self._recorder.draw.trace()
        self._end_region()
        return Place(trace, 1, True, False, self._recorder.forks)

    def put(
        self,
        op: int,
        now: int,
        rest: bytes,
        args: bytes = b"",
        opens: "Opened | None" = None,
        resumes: "tuple[Entry, ...]" = (),
        pops: int = 0,
        recent: "Recent | None" = None,
        of: "Handle | None" = None,
    ) -> "Written":
        """Append an event, unless it is a muted span's, and account for it."""
        place = self._of_whom(op, opens, of)
        if place is None:
            return super().put(op, now, rest, args, opens, resumes, pops, recent, of)
        self._note(op, place, of)
        site = self._ending(op, pops, of)
        if place.muted:
            written = self._pass_over(now, opens, resumes, pops)
        else:
            if site is not None and place.left_out and place.forks == self._recorder.forks:
                self._say_left_out(place, of)
            written = super().put(op, now, rest, args, opens, resumes, pops, recent, of)
        end = self.chunk.pos
        if op in OPENINGS:
            place.mark, place.began = written[:3], written[3]
        try:  # what was pushed or popped stays so
            if site is not None:
                self._ended(place, site, of, written[3], end)
            if self._top_is_muted():
                self.recent = None
        except RecursionError:
            trouble.recursion += 1
        return written

    def _of_whom(self, op: int, opens: "Opened | None", of: "Handle | None") -> Place | None:
        """Give the place of the span that an event is about; None where it is about the thread."""
        top: Place | None = self.stack[-1][PLACE] if self.stack else None
        opened: Entry = opens or ()
        own: Place | None = opened[PLACE] if opened else top
        if top is not None and (of is not None or op in OF_THE_THREAD):
            top.busy = True
        if of is not None:
            return of.place
        return None if op in OF_THE_THREAD else own

    def _note(self, op: int, place: Place, of: "Handle | None") -> None:
        trace = place.trace
        if op in OPENINGS:
            if place.root and trace.fate == UNDECIDED:
                self._begin_region(trace)
        elif of is not None:
            self._touch(trace)
        if op in FAILURES:
            place.failed = trace.failed = True
        elif op in (LOST, CALL_FAIL):
            place.busy = True

    def _ending(self, op: int, pops: int, of: "Handle | None") -> int | None:
        """Give the site whose counter has the span that ends here, or that it is a call's; None where none ends."""
        if of is not None:
            return of.site if op == END else None
        handle = self.stack[-1][HANDLE] if pops else NO_CHUNK
        if handle is None:
            site: int = self.stack[-1][SITE]
            return site
        return UNCOUNTED if type(handle) is int else None

    def _say_left_out(self, place: Place, of: "Handle | None") -> None:
        count = v(place.left_out)
        self.put_plain(bytes((LEFT_OUT,)) + count if of is None else bytes((HLEFT_OUT,)) + v(of.number) + count)

    def _pass_over(self, now: int, opens: "Opened | None", resumes: "tuple[Entry, ...]", pops: int) -> "Written":
        """Do to the stack what an event does that is not written."""
        pushed = resumes if opens is None else ((*opens, MUTED),)
        self.stack[len(self.stack) - pops :] = pushed
        self.recent = None
        return NO_CHUNK, 0, 0, max(now, self.last)

    def _top_is_muted(self) -> bool:
        place = self.stack[-1][PLACE] if self.stack else None
        return place is not None and place.muted

    def _ended(self, place: Place, site: int, of: "Handle | None", time: int, end: int) -> None:
        """Count a span whose end was written up to `end`, and take back what is not to stay."""
        gone = False
        own = place.forks == self._recorder.forks
        took = max(0, time - place.began)
        try:
            if own and site != UNCOUNTED:
                self._recorder.counts.count(site, place.failed, took, time)
            if own and place.root and place.trace.fate == UNDECIDED:
                self._decide(place, took, end)
            if own and of is None and self._is_brief(place, took):
                gone = self._go_back(self.chunk, place, end, 0)
        except RecursionError:
            trouble.recursion += 1
        except Exception as error:
            absorb(error)
        self._account(place, site, of, gone)

    def _decide(self, root: Place, took: int, end: int) -> None:
        """Say whether a trace stays whose root has ended."""
        trace = root.trace
        if 0 < limits.keep_slower_than < took or (limits.keep_errors and trace.failed):
            trace.fate = KEPT
        else:
            trace.fate = FORGOTTEN
            if not self._rewind(root, end):
                assert root.mark is not None
                self.put_plain(bytes((FORGET,)) + v(root.mark[0].spans + root.mark[1]))
                self.recent = None
        self._drop_region(trace)

    def _is_brief(self, place: Place, took: int) -> bool:
        stays = place.muted or place.failed or place.busy or place.trace.fate == FORGOTTEN or place.mark is None
        return not stays and took < limits.min_duration and place.mark[0].spans == self.chunk.spans  # type: ignore[index]

    def _account(self, place: Place, site: int, of: "Handle | None", gone: bool) -> None:
        """Have what lies above a span that has ended know of it."""
        below: Place | None = self.stack[-1][PLACE] if self.stack else None
        above = None
        if gone or place.muted:
            above = self._above(place, below if of is None else self._still_open(place))
        elif of is None and below is not None:
            below.busy = True
        if above is not None:
            above.left_out += place.left_out if site == UNCOUNTED and place.left_out else place.left_out + 1
        place.above = place.home = None

    def _above(self, place: Place, below: Place | None) -> Place | None:
        if place.above is None:
            return below
        return None if place.above.ended else place.above.place

    def _still_open(self, place: Place) -> Place | None:
        """Give the place of what a handle was opened on, if that is on this thread's stack where it was then."""
        if place.home is None:
            return None
        stack, index, parent = place.home
        return parent if stack is self.stack and stack[index : index + 1] and stack[index][PLACE] is parent else None

    def _put_lost(self, now: int) -> None:
        self.holds()
        super()._put_lost(now)

    def open_muted(self, opens: "Opened", place: Place, now: int) -> None:
        """Push a span that is not to be written, as `put` would."""
        last = self.last
        place.began = now if now > last else last
        self.recent = None
        super().open_muted(opens, place, now)

    def end_unseen(self, now: int = 0) -> None:
        """End the top of the stack, whose beginning is not recorded; `now` is 0 until it is read."""
        entry = self.stack[-1]
        super().end_unseen()
        if entry[SPAN] == MUTED:
            self.recent = None
            try:
                self._ended(entry[PLACE], entry[SITE], None, max(now or clock.ticks(), self.last), 0)
            except RecursionError:
                trouble.recursion += 1

    def holds(self) -> None:
        """Note that what is open is known elsewhere."""
        if self.stack and self.stack[-1][PLACE] is not None:
            self.stack[-1][PLACE].busy = True
