"""Observers of what the functions of some files do, that the interpreter itself offers: no part of Spanwright."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from inspect import CO_OPTIMIZED
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType
from typing import Any

Key = tuple[str, int, int]
#: What is called without `sys.setprofile` saying that just this is called: anything else.
SEEN = (FunctionType, MethodType, BuiltinFunctionType, type(str.join), type(object().__str__), type(dict.fromkeys))


class Observer:
    """Looks at nothing; `found` is what was seen, for JSON."""

    def __init__(self, folder: str) -> None:
        self.folder = folder.rstrip("/") + "/"

    def ours(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self.folder) and bool(code.co_flags & CO_OPTIMIZED)

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def found(self) -> Any:
        return []


class Lines(Observer):
    """[file, line] of every line that `sys.settrace` reports in functions."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.lines: set[tuple[str, int]] = set()

    def start(self) -> None:
        sys.settrace(self.begin)

    def stop(self) -> None:
        sys.settrace(None)

    def begin(self, frame: FrameType, event: str, argument: object) -> Any:
        return self.line if self.ours(frame.f_code) else None

    def line(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self.line

    def found(self) -> Any:
        return sorted(self.lines)


class Calls(Observer):
    """[file, line, column, number] of the ends of call expressions and how often `sys.setprofile` saw them call.

    A Python function called while a C function of the same frame runs was called by that, not by the expression. What
    a call instruction makes run after another function (`__init__` after `__new__`) is another number.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.counts: Counter[Key] = Counter()
        self.in_c: dict[FrameType, int] = {}
        self.positions: dict[CodeType, list[Any]] = {}

    def start(self) -> None:
        sys.setprofile(self.event)

    def stop(self) -> None:
        sys.setprofile(None)

    def event(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            caller = frame.f_back
            # A generator's resumption is no call: a function's frame has not come further than its RESUME.
            if caller and self.ours(caller.f_code) and not self.in_c.get(caller) and self.begins(frame):
                self.count(caller.f_code, caller.f_lasti)
        elif event[:2] == "c_" and self.ours(frame.f_code):
            if event == "c_call":
                self.in_c[frame] = self.in_c.get(frame, 0) + 1
                self.count(frame.f_code, frame.f_lasti)
            elif self.in_c.get(frame, 0) > 1:
                self.in_c[frame] -= 1
            else:
                self.in_c.pop(frame, None)

    def begins(self, frame: FrameType) -> bool:
        code = frame.f_code
        return code.co_code[frame.f_lasti + 1] & 3 == 0

    def count(self, code: CodeType, offset: int) -> None:
        if code not in self.positions:
            self.positions[code] = list(code.co_positions())
        _, line, _, column = self.positions[code][offset // 2]
        if line is not None and column is not None:
            self.counts[code.co_filename, line, column] += 1

    def found(self) -> Any:
        return sorted([*key, number] for key, number in self.counts.items())


class EveryCall(Calls):
    """The same as `sys.monitoring` sees them, and as a fifth how often what was called was none of `SEEN`."""

    def start(self) -> None:
        monitoring = sys.monitoring
        self.unseen: Counter[Key] = Counter()
        self.thread = threading.get_ident()
        monitoring.use_tool_id(monitoring.PROFILER_ID, "calls")
        monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.CALL, self.called)
        monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.CALL)

    def stop(self) -> None:
        sys.monitoring.set_events(sys.monitoring.PROFILER_ID, 0)
        sys.monitoring.free_tool_id(sys.monitoring.PROFILER_ID)

    def called(self, code: CodeType, offset: int, callee: object, first: object) -> None:
        if self.ours(code) and threading.get_ident() == self.thread:
            self.count(code, offset)
            if not isinstance(callee, SEEN):
                _, line, _, column = self.positions[code][offset // 2]
                self.unseen[code.co_filename, line, column] += 1

    def found(self) -> Any:
        return sorted([*key, number, self.unseen[key]] for key, number in self.counts.items())


OBSERVERS: dict[str, type[Observer]] = {
    "nothing": Observer,
    "lines": Lines,
    "calls": Calls,
    "every_call": EveryCall,
}
