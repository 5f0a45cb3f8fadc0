"""A random program prints and raises what it did, at every level, with either core, and its recording is whole."""

from __future__ import annotations

import pytest
from compared_programs import Worker, programs, told
from hypothesis import HealthCheck, Phase, given, settings

# The same programs each time; tests/long/random_programs.py looks for new ones.
SETTINGS = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.parametrize("core", ["c", "python"])
def test_random_program_behaves_as_it_did(core: str) -> None:
    with Worker(core) as worker:

        @SETTINGS
        @given(programs)
        def behaves(case: tuple[str, list[int]]) -> None:
            source, fail_at = case
            for difference in worker.compare(source, fail_at):
                pytest.fail(f"{told(difference)}\n\n{source}", pytrace=False)

        behaves()
        assert worker.problems() == []


def test_comparison_notices_what_a_twin_does_otherwise() -> None:
    """The check is not blind: a program that can tell whether it is a twin is found."""
    source = "def main():\n    return '_s' + 'w_' in globals()\n\nasync def async_main():\n    return 1\n"
    with Worker() as worker:
        found = worker.compare(source, [])
    assert {difference["level"] for difference in found} == set(worker.levels)
    assert "-'result' 'False'" in told(found[0])
    assert "+'result' 'True'" in told(found[0])


def test_runner_that_dies_is_reported() -> None:
    with Worker() as worker, pytest.raises(RuntimeError, match="the runner died"):
        worker.compare("import os\ndef main(): os._exit(3)\ndef async_main(): pass\n", [])


SHOWN = """
class Thing:
    pass


def main():
    things = [Thing() for _ in locals()]
    assert not things, things[-1]
    assert False, Thing()


async def async_main():
    pass
"""


def test_object_in_a_message_is_compared_without_its_address() -> None:
    with Worker() as worker:
        assert worker.compare(SHOWN, []) == []


NEVER_CLOSED = """
def main():
    pass


async def numbers():
    yield 1


async def fails():
    raise KeyboardInterrupt


async def async_main():
    async for a in numbers():
        await asyncio.gather(asyncio.sleep(0), fails())
"""


def test_async_generator_that_asyncio_leaves_open_has_its_end() -> None:
    """As the program it is never closed, and its span unfinished: the runner has it closed."""
    with Worker() as worker:
        assert worker.compare(NEVER_CLOSED, []) == []
        assert worker.problems() == []


LEFT_OPEN = """
def main():
    pass


async def async_main():
    async with asyncio.TaskGroup() as group:
        group.create_task(give(1))
        for a in (t(91, x) for x in each(2)):
            pass
"""


@pytest.mark.parametrize("core", ["c", "python"])
def test_call_that_an_exception_left_in_an_async_with_has_its_end(core: str) -> None:
    """The block's end suspends the coroutine, after which nothing shows whose the call was."""
    with Worker(core) as worker:
        assert worker.compare(LEFT_OPEN, [1]) == []
        assert worker.problems() == []


THROWN = """
def inner():
    yield 1


def outer():
    kept = Dying(1)
    yield from inner()


def main():
    it = outer()
    next(it)
    try:
        it.throw(ValueError("thrown"))
    except ValueError:
        pass
    t(91, 1)


async def waits():
    await pause(5)


async def cancels():
    async with AManager(1):
        task = asyncio.create_task(waits())
        await pause(1)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass


async def async_main():
    await cancels()
    kept = Dying(2)
"""


@pytest.mark.parametrize("core", ["c", "python"])
def test_what_was_thrown_into_a_span_does_not_live_longer(core: str) -> None:
    """Nor do the frames of its traceback, and what they hold."""
    with Worker(core) as worker:
        assert worker.compare(THROWN, []) == []
        assert worker.problems() == []
