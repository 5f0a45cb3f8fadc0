"""SIGUSR2 has the ring written out, unless the program has another use for that signal (docs/flight-recorder.md)."""

from __future__ import annotations

from core_under_test import CoreUnderTest, Run, twin
from flight_programs import FILL, LEAST, by_name, lines, parts, reasons, run_ring
from segment_text import read_segment
from volume_programs import SPANS

KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGUSR2)\n"


def run_main(core: CoreUnderTest, source: str) -> Run:
    """Run a plain program beside the twin `traced`, with a ring."""
    core.write("traced.py", twin(SPANS + FILL))
    main = core.write("main.py", source)
    run = core.run_file(main, env={"TRACING_FLIGHT_RECORDER": LEAST})
    assert run.err == ""
    return run


def test_signal_leaves_a_dump_and_the_program_goes_on(core: CoreUnderTest) -> None:
    run = run_ring(core, "fill(9)\n" + KILL + "span(2)\n" + KILL + "print('there')")
    assert (reasons(run), run.out) == (["signal", "signal"], "there\n")
    segment, first, second = by_name(run)
    assert read_segment(first).data[19] == 7
    assert lines(second)[-2:] == lines(segment)[-2:] == ["ENTER 2", "RETURN None"] != lines(first)[-2:]


def test_signal_shows_what_is_open_at_that_moment(core: CoreUnderTest) -> None:
    run = run_ring(core, "import os, signal\nspan(1, lambda: fill(9), lambda: os.kill(os.getpid(), signal.SIGUSR2))")
    dump = by_name(run)[1]
    assert all(part.open[0].site == 1 for part in parts(dump))
    assert not any(line == "ENTER 1" for line in lines(dump))


def test_signal_in_a_forked_child_is_the_childs(core: CoreUnderTest) -> None:
    source = """
    import os, signal
    def both():
        span(2)
        os.kill(os.getpid(), signal.SIGUSR2)
    span(1)
    forked(both)
    """
    run = run_ring(core, source)
    facts = [dict(read_segment(path).facts) for path in by_name(run)]
    assert [(fact.get(7), fact.get(10)) for fact in facts] == [
        (None, None), ("fake.seg", None), ("fake.seg", "signal"),
    ]  # fmt: skip


def test_signal_before_the_first_event_leaves_nothing(core: CoreUnderTest) -> None:
    run = run_ring(core, KILL + "span(1)")
    assert len(run.segments) == 1


def test_program_that_took_the_signal_before_keeps_it(core: CoreUnderTest) -> None:
    source = (
        "import signal\ndef own(*_): print('own')\nsignal.signal(signal.SIGUSR2, own)\nimport traced\ntraced.span(1)\n"
    )
    run = run_main(core, source + KILL + "print(signal.getsignal(signal.SIGUSR2) is own)")
    assert (run.out, reasons(run)) == ("own\nTrue\n", [])


def test_program_that_takes_the_signal_later_has_it(core: CoreUnderTest) -> None:
    source = "import signal\nimport traced\ntraced.span(1)\nsignal.signal(signal.SIGUSR2, lambda *_: print('own'))\n"
    run = run_main(core, source + KILL)
    assert (run.out, reasons(run)) == ("own\n", [])


def test_program_that_ignores_the_signal_goes_on_ignoring_it(core: CoreUnderTest) -> None:
    source = "import signal\nsignal.signal(signal.SIGUSR2, signal.SIG_IGN)\nimport traced\ntraced.span(1)\n"
    assert reasons(run_main(core, source + KILL)) == []


def test_handler_in_c_of_which_python_does_not_know_is_kept(core: CoreUnderTest) -> None:
    source = "import faulthandler, signal\nout = open('stacks', 'w')\nfaulthandler.register(signal.SIGUSR2, out)\n"
    run = run_main(core, source + "import traced\ntraced.span(1)\n" + KILL)
    assert reasons(run) == [] and "main.py" in (core.project / "stacks").read_text()


def test_signal_is_left_alone_where_the_first_twin_is_imported_in_a_thread(core: CoreUnderTest) -> None:
    source = """
import signal, threading
def load():
    import traced
    traced.span(1)
one = threading.Thread(target=load); one.start(); one.join()
print(signal.getsignal(signal.SIGUSR2) == signal.SIG_DFL)
"""
    assert run_main(core, source).out == "True\n"


def test_signal_is_not_touched_without_the_flight_recorder(core: CoreUnderTest) -> None:
    source = """
    import signal, sys
    _sw_enter(1); _sw_ret()
    print(signal.getsignal(signal.SIGUSR2) == signal.SIG_DFL, "spanwright._flight" in sys.modules)
    """
    assert core.run(source).out == "True False\n"


def test_nothing_is_loaded_for_the_signal(core: CoreUnderTest) -> None:
    source = "import sys\nprint('signal' in sys.modules, 'spanwright._flight' in sys.modules)"
    done = core.run(source, env={"TRACING_FLIGHT_RECORDER": LEAST})
    assert done.out == "False True\n"


def test_signal_between_any_two_instructions_harms_nothing(core: CoreUnderTest) -> None:
    source = """
    import os, signal
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGUSR2))
    fill(40)
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(core.trouble())
    """
    run = run_ring(core, source)
    assert run.out == "{}\n" and set(reasons(run)) <= {"signal"}
    for path in by_name(run):
        for part in parts(path):
            starts = [line.split()[0] for line in part.lines]
            assert starts.count("ARGS") in range(starts.count("RETURN") - 1, starts.count("RETURN") + 2)
