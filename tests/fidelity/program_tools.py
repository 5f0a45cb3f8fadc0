"""What random programs use without defining it: not instrumented, and writing down everything that happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import Any

MOST_EFFECTS = 400
MOST_TURNS = 30


class Boom(Exception):
    """What comes out of the place that was chosen to fail."""


class SpentError(BaseException):
    """A program has done enough: it ends here, whatever it tries."""


class Box:
    value = 0

    def __init__(self) -> None:
        self.items = [1, 2, 3]


class Tools:
    """The names for one run of a program; `fail_at` is the effect, counted from 0, that fails with `failure`."""

    def __init__(self, fail_at: int | None, failure: type[BaseException]) -> None:
        self.log: list[str] = []
        self.effects = self.turns = 0
        self.fail_at, self.failure = fail_at, failure

    def say(self, *words: object) -> None:
        self.log.append(" ".join(map(shown, words)))

    def effect(self, number: int, value: Any) -> Any:
        """Write down that this happens, and fail if it is the place."""
        self.say(number, value)
        self.effects += 1
        if self.effects > MOST_EFFECTS:
            raise SpentError
        if self.effects - 1 == self.fail_at:
            raise self.failure(number)
        return value

    def number(self, value: Any) -> int:
        """Make a small number of anything, so that not too much ends with a TypeError."""
        return value % 1000 if isinstance(value, int) else 1

    def again(self, value: object) -> bool:
        self.turns += 1
        self.effect(92, value)
        return self.turns < MOST_TURNS and self.turns % 3 != 0

    def each(self, count: Any = 2, *rest: Any, **more: Any) -> Iterator[int]:
        try:
            for number in range(min(abs(self.number(count)), 3)):
                yield self.effect(93, number)
        finally:
            self.say("each ends")

    async def a_each(self, count: Any = 2) -> AsyncIterator[int]:
        for number in range(min(abs(self.number(count)), 3)):
            await asyncio.sleep(0)
            yield self.effect(94, number)

    async def pause(self, value: Any = 1) -> Any:
        for _ in range(min(abs(self.number(value)), 3)):
            await asyncio.sleep(0)
        return self.effect(95, value)

    async def give(self, value: Any = 1) -> Any:
        return self.effect(96, value)

    def soon(self, value: Any = 1) -> Awaitable[Any]:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(lambda: None if future.cancelled() else future.set_result(value))
        return future

    def send_into(self, generator: Generator[Any, Any, Any]) -> Any:
        """Send values in until it ends; whatever comes out is written down."""
        value = None
        for number in range(6):
            try:
                value = generator.send(number if number and hasattr(generator, "send") else None)
            except StopIteration as end:
                return end.value
            self.say("sent", value)
        generator.close()
        return value

    def throw_into(self, generator: Generator[Any, Any, Any]) -> Any:
        next(generator, None)
        try:
            self.say("thrown", generator.throw(Boom("thrown")))
            self.say("thrown", generator.throw(KeyError("again")))
        except StopIteration as end:
            return end.value
        return 1

    def drive(self, made: Any) -> Any:
        """Get an end out of whatever it is: a number, a generator, a coroutine, an async generator."""
        if hasattr(made, "__aiter__"):
            made = made.__anext__()
        if hasattr(made, "__await__"):
            made = made.__await__()
        return self.send_into(made) if hasattr(made, "send") else made

    def close_soon(self, generator: Generator[Any, Any, Any]) -> int:
        next(generator, None)
        generator.close()
        return 1

    def change(self, thing: Any, value: Any) -> Any:
        """Change an argument in place."""
        if isinstance(thing, dict):
            thing["changed"] = value
        elif isinstance(thing, list):
            thing.append(value)
        return self.effect(97, value)

    def decorated(self, number: Any) -> Callable[[Any], Any]:
        self.effect(99, number)
        return lambda function: lambda *values, **named: function(*values, **named)

    @contextlib.contextmanager
    def swallow(self, value: Any) -> Iterator[tuple[Any, int]]:
        with contextlib.suppress(ValueError, Boom):
            yield self.effect(89, value), 1

    def names(self) -> dict[str, Any]:
        """Everything that a program finds as a global name."""
        tools = self

        class Manager:
            def __init__(self, value: Any = 0) -> None:
                self.value = value

            def __enter__(self) -> Any:
                return tools.effect(88, self.value)

            def __exit__(self, *failure: Any) -> bool:
                tools.say("leaves", failure[0] and failure[0].__name__)
                return bool(tools.effect(87, failure[0] is KeyError))

        class AManager(Manager):
            async def __aenter__(self) -> Any:
                await asyncio.sleep(0)
                return self.__enter__()

            async def __aexit__(self, *failure: Any) -> bool:
                await asyncio.sleep(0)
                return self.__exit__(*failure)

        class Dying:
            def __init__(self, number: Any) -> None:
                self.number = number

            def __del__(self) -> None:
                tools.say("dies", self.number)

            def __repr__(self) -> str:
                return "Dying"  # without its address, which errors would say

        words = (
            "again number each a_each pause give soon drive send_into throw_into close_soon change decorated swallow"
        )
        found = {name: getattr(self, name) for name in words.split()}
        pick = lambda *things, **named: things[0] if things else 0  # noqa: E731
        return {**found, "t": self.effect, "Manager": Manager, "AManager": AManager, "Dying": Dying, "Boom": Boom,
                "asyncio": asyncio, "box": Box(), "pick": pick, "rest": [], "more": {}}  # fmt: skip


def shown(value: object, depth: int = 0) -> str:
    """A value as text that is the same in every run: without addresses."""
    if depth > 3:
        return "..."
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}[{', '.join(shown(item, depth + 1) for item in value)}]"
    if isinstance(value, dict):
        return f"dict[{', '.join(f'{shown(key)}: {shown(item, depth + 1)}' for key, item in value.items())}]"
    if value is None or isinstance(value, int | float | str):
        return repr(value)[:200]
    return type(value).__name__
