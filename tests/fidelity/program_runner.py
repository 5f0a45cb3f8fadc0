"""Runs each program that comes in, as it is and as each of its twins, and answers with what differed.

Usage: program_runner.py FOLDER   A line of JSON in, `{"name": ..., "source": ..., "fail_at": [...], "twins": [[level,
text], ...]}`, one out: `{"differences": [{"level", "fail_at", "plain", "twin"}, ...]}`. FOLDER has the site tables.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import linecache
import re
import sys
import types
import warnings
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from program_tools import Boom, SpentError, Tools, shown

FAILURES = (ValueError, Boom, KeyError, asyncio.CancelledError, KeyboardInterrupt)
Outcome = list[str]


class Loop(asyncio.SelectorEventLoop):
    """A loop that closes async generators also where asyncio gives that up: their spans would have no end.

    A KeyboardInterrupt in what is cancelled because of a first one leaves `asyncio.run` before they are closed.
    """

    def close(self) -> None:
        for _ in range(0 if self.is_closed() else 3):  # once for the task that closes it to begin, then to go on
            with contextlib.suppress(KeyboardInterrupt, SpentError):
                self.run_until_complete(asyncio.sleep(0))
        super().close()


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Do as `asyncio.run`."""
    with asyncio.Runner(debug=False, loop_factory=Loop) as runner:
        return runner.run(main)


class Runner:
    """Runs programs in this process; `lines` says whether tracebacks show the original's lines."""

    def __init__(self, folder: Path, lines: bool) -> None:
        self.folder, self.lines = folder, lines

    def differences(
        self, name: str, source: str, fail_at: Sequence[int], twins: Sequence[tuple[int, str]]
    ) -> Iterator[dict[str, Any]]:
        """Yield how a twin differs, for each of them and each place to fail at."""
        path = self.folder / name
        path.write_text(source)
        code = compile(source, str(path), "exec")
        places = [None, *fail_at]
        plain = [self.outcome(code, place) for place in places]
        for level, text in twins:
            path.write_text(text)
            code = compile(text, str(path), "exec")
            for place, wanted in zip(places, plain, strict=True):
                found = self.outcome(code, place)
                if found != wanted:
                    yield {"level": level, "fail_at": place, "plain": wanted, "twin": found}
        path.unlink()

    def outcome(self, code: types.CodeType, fail_at: int | None) -> Outcome:
        """Run once; give all that was seen, and how it ended."""
        tools = Tools(fail_at, FAILURES[(fail_at or 0) % len(FAILURES)])
        module = types.ModuleType(Path(code.co_filename).stem)
        names = vars(module)
        names |= tools.names()
        hook, sys.unraisablehook = sys.unraisablehook, lambda failed: tools.say("unraisable", failed.exc_value)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            self.attempt(lambda: exec(code, names), tools, code.co_filename)
            for start in (lambda: names["main"](), lambda: run(names["async_main"]())):
                self.attempt(start, tools, code.co_filename)
                gc.collect()
        tools.say("names", sorted(name for name in names if not name.startswith("_sw") and name[:2] != "__"))
        names.clear()
        gc.collect()
        sys.unraisablehook = hook
        linecache.clearcache()
        return [*tools.log, *(f"warning {type(one.message).__name__} {one.message}" for one in warned)]

    def attempt(self, start: Callable[[], Any], tools: Tools, file: str) -> None:
        tools.effects = tools.turns = 0
        try:
            tools.say("result", shown(start()))
        except (Exception, SpentError, asyncio.CancelledError, KeyboardInterrupt) as failure:
            tools.log += self.described(failure, file, 0)
            failure.__traceback__ = None

    def described(self, failure: BaseException, file: str, depth: int) -> Outcome:
        """Give an exception with its stack in the program, its cause, context and parts."""
        stack = []
        trace = failure.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename == file:
                stack.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno if self.lines else 0}")
            trace = trace.tb_next
        text = re.sub(r" at 0x[0-9a-f]+>", ">", repr(failure))
        lines = [f"{'  ' * depth}{text} at {' '.join(stack)} {failure.__suppress_context__}"]
        parts = getattr(failure, "exceptions", ()) or ()
        for other in (failure.__cause__, failure.__context__, *parts):
            lines += self.described(other, file, depth + 1) if other and depth < 4 else ["-"]
        return lines


def main(folder: str) -> None:
    import spanwright._select as chosen

    runner = Runner(Path(folder), chosen.core_name == "c")
    gc.freeze()  # what is here already: what is left to collect is the programs'
    gc.disable()  # a collection comes after so many allocations, and a twin has more: only those asked for compare
    for line in sys.stdin:
        found = list(runner.differences(**json.loads(line)))
        print(json.dumps({"differences": found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
