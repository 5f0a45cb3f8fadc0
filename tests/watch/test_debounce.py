"""When files are looked at, by a clock of the test's own."""

from __future__ import annotations

from pathlib import Path

from instrumenter.watch.debounce import Pending

APP = Path("app.py")
OTHER = Path("other.py")


def many(pending: Pending, number: int, now: float) -> None:
    for place in range(number):
        pending.touch(Path(f"many{place}.py"), now, is_complete=True)


def test_closed_file_is_due_at_once_or_nearly() -> None:
    pending = Pending()
    assert pending.due() is None
    pending.touch(APP, 10.0, is_complete=True)
    due = pending.due()
    assert due is not None and 10.0 < due <= 10.02
    assert pending.take(10.0) == set()
    assert pending.take(due) == {APP}
    assert pending.due() is None and not pending


def test_open_file_waits_until_it_is_closed() -> None:
    pending = Pending()
    for tick in range(50):
        pending.touch(APP, 10.0 + tick / 20, is_complete=False)
        assert pending.take(10.0 + tick / 20 + 0.04) == set()
    pending.touch(APP, 13.0, is_complete=True)
    assert pending.take(13.02) == {APP}


def test_open_file_that_is_never_closed_is_looked_at_when_it_is_quiet() -> None:
    pending = Pending()
    pending.touch(APP, 10.0, is_complete=False)
    assert pending.take(10.2) == {APP}


def test_file_that_is_opened_again_waits_again() -> None:
    pending = Pending()
    pending.touch(APP, 10.0, is_complete=True)
    pending.touch(APP, 10.01, is_complete=False)
    assert pending.take(10.05) == set()


def test_file_that_is_saved_without_end_is_looked_at_nevertheless() -> None:
    pending = Pending()
    taken = set[Path]()
    for tick in range(100):
        pending.touch(APP, 10.0 + tick / 100, is_complete=True)
        taken |= pending.take(10.0 + tick / 100 + 0.005)
    assert taken == {APP}


def test_another_file_does_not_hold_one_up() -> None:
    pending = Pending()
    pending.touch(APP, 10.0, is_complete=True)
    pending.touch(OTHER, 10.019, is_complete=True)
    assert pending.take(10.02) == {APP}
    assert pending.take(10.04) == {OTHER}


def test_burst_is_taken_together_when_it_is_over() -> None:
    pending = Pending()
    for place in range(100):
        pending.touch(Path(f"{place}.py"), 10.0 + place / 100, is_complete=True)
        if place > 20:
            assert pending.take(10.0 + place / 100 + 0.009) == set()
    assert len(pending.take(11.2)) >= 78


def test_burst_that_does_not_end_is_begun_with() -> None:
    pending = Pending()
    taken = set[Path]()
    for place in range(400):
        many(pending, 30, 10.0 + place / 100)
        taken |= pending.take(10.0 + place / 100 + 0.005)
    assert len(taken) == 30


def test_file_for_later_is_due_then_or_when_something_happens_to_it() -> None:
    pending = Pending()
    pending.later(APP, 20.0)
    pending.later(OTHER, 20.0)
    assert pending.take(19.0) == set()
    pending.touch(OTHER, 19.0, is_complete=True)
    assert pending.take(19.5) == {OTHER}
    assert pending.take(20.1) == {APP}
