"""Observers of what the functions of some files do, that the interpreter itself offers: no part of Spanwright."""

from __future__ import annotations

import dis
import sys
from collections import Counter
from dataclasses import dataclass
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED
from types import (
    BuiltinFunctionType,
    CodeType,
    FrameType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
)
from typing import Any

Key = tuple[str, int, int]
CALLS = ("CALL", "CALL_KW", "CALL_FUNCTION_EX", "LOAD_SUPER_ATTR")
SUSPENDED = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR


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


@dataclass(frozen=True)
class Call:
    """An instruction that calls: where the expression ends, and whether its arguments come in a tuple (`f(*a)`)."""

    line: int
    column: int
    spread: bool


def call_instructions(code: CodeType) -> dict[int, Call]:
    """Return the calls that are written in the code.

    What leaves a `with` is none (it calls `__exit__`), nor is what makes the iterator of a comprehension.
    """
    found, last = {}, ["", "", ""]
    for instruction in dis.get_instructions(code):
        where = instruction.positions
        exit_call = last == ["None"] * 3 and instruction.arg == 2
        comprehension = last[-1] in ("GET_ITER", "GET_AITER")
        written = instruction.opname in CALLS and not exit_call and not comprehension
        if written and where and where.end_lineno and where.end_col_offset:
            spread = instruction.opname == "CALL_FUNCTION_EX"
            found[instruction.offset] = Call(where.end_lineno, where.end_col_offset, spread)
        if instruction.opname != "PRECALL":
            last = [*last[1:], instruction.argrepr if instruction.opname == "LOAD_CONST" else instruction.opname]
    return found


class Calls(Observer):
    """[file, line, column, number] of the ends of call expressions and how often `sys.setprofile` saw them call.

    A Python function called while a C function of the same frame runs was called by that, not by the expression.
    Generators and coroutines begin to run when they are first asked, and are no calls of who asks.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.counts: Counter[Key] = Counter()
        self.in_c: Counter[FrameType] = Counter()
        self.instructions: dict[CodeType, dict[int, Call]] = {}

    def start(self) -> None:
        sys.setprofile(self.event)

    def stop(self) -> None:
        sys.setprofile(None)

    def event(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            caller = frame.f_back
            if caller and self.ours(caller.f_code) and not self.in_c[caller] and not frame.f_code.co_flags & SUSPENDED:
                self.begins(caller)
        elif event[:2] == "c_" and self.ours(frame.f_code):
            if event == "c_call":
                self.in_c[frame] += 1
                self.count(frame.f_code, frame.f_lasti)
            else:
                self.in_c[frame] -= 1

    def begins(self, caller: FrameType) -> None:
        """A Python function begins, called from this frame."""
        self.count(caller.f_code, caller.f_lasti)

    def call(self, code: CodeType, offset: int) -> Call | None:
        if code not in self.instructions:
            self.instructions[code] = call_instructions(code)
        # While a Python function runs, its caller stands at the last cache entry behind the call.
        while code.co_code[offset] == dis.opmap["CACHE"] and offset:
            offset -= 2
        return self.instructions[code].get(offset)

    def count(self, code: CodeType, offset: int) -> None:
        if call := self.call(code, offset):
            self.counts[code.co_filename, call.line, call.column] += 1

    def found(self) -> Any:
        return sorted([*key, number] for key, number in self.counts.items())


class EveryCall(Calls):
    """The same as `sys.monitoring` sees them; a fifth number: how often `sys.setprofile` cannot tell who was called.

    `sys.monitoring` does not report calls of Python functions with arguments in a tuple: those `sys.setprofile` adds.
    """

    def start(self) -> None:
        self.unseen: Counter[Key] = Counter()
        self.reported: dict[FrameType, int] = {}
        monitoring = sys.monitoring  # type: ignore[attr-defined]
        monitoring.use_tool_id(monitoring.PROFILER_ID, "calls")
        monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.CALL, self.called)
        monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.CALL)
        super().start()

    def stop(self) -> None:
        super().stop()
        monitoring = sys.monitoring  # type: ignore[attr-defined]
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)

    def called(self, code: CodeType, offset: int, callee: object, first: object) -> None:
        call = self.call(code, offset) if self.ours(code) else None
        if not call:
            return
        self.reported[sys._getframe(1)] = offset
        key = code.co_filename, call.line, call.column
        self.counts[key] += 1
        self.unseen[key] += not seen_by_profile(callee)

    def event(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            super().event(frame, event, argument)

    def begins(self, caller: FrameType) -> None:
        call = self.call(caller.f_code, caller.f_lasti)
        if call and call.spread and self.reported.get(caller) != caller.f_lasti:
            self.count(caller.f_code, caller.f_lasti)

    def found(self) -> Any:
        return sorted([*key, number, self.unseen[key]] for key, number in self.counts.items())


def seen_by_profile(callee: object) -> bool:
    """Tell whether `sys.setprofile` says of a call of this that it is one, and of just this."""
    if isinstance(callee, MethodType):
        callee = callee.__func__
    if isinstance(callee, FunctionType):
        return not callee.__code__.co_flags & SUSPENDED
    return isinstance(callee, BuiltinFunctionType | MethodDescriptorType)


OBSERVERS: dict[str, type[Observer]] = {
    "nothing": Observer,
    "lines": Lines,
    "calls": Calls,
    "every_call": EveryCall,
}
