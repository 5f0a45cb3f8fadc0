from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_in_test import Ended, run_command
from detailed_helpers import Sites
from segment_encoder import Stream, exception, project, save, v, value
from trace_helpers import ADD, FETCH, MAIN, PUT, SITES, started

from instrumenter.cli.spans import main

NAME = "20261120T091450.000000Z-4242"
COMMANDS = ("runs", "list", "tree", "show", "source", "export", "doctor")


@dataclass(frozen=True)
class Reader:
    """The command `spans` in a project of its own."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ended:
        return run_command(main, words, self.capsys)


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reader:
    monkeypatch.chdir(project(tmp_path, SITES))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SPANWRIGHT_TRACES", raising=False)
    return Reader(tmp_path, capsys)


def _program() -> bytes:
    data = started(clean=True)
    stream = Stream(data, 1)
    stream.enter(MAIN)
    for count in range(4):
        stream.enter(ADD, count, 1)
        stream.ret(count + 1)
    stream.enter(PUT, None, "k", (), {})
    stream.fail(
        exception("app.Missing", "no k", [("/project/app.py", 9, "put")], notes=["look"], suggestion=value("add k"),
                  cause=exception("KeyError", "'k'"))
    )  # fmt: skip
    stream.leave()
    return data.data()


@pytest.fixture
def ran(spans: Reader) -> Reader:
    save(spans.folder, _program())
    return spans


def test_runs_lists_the_newest_first(ran: Reader) -> None:
    save(ran.folder, started(pid=7, started=1, argv=["python", "other.py"]), "20261121T091450.000000Z-7.seg")
    lines = ran("runs").out.splitlines()
    assert lines[0].split() == ["run", "started", "program", "processes", "duration", "spans", "errors", "state"]
    assert [line.split()[0] for line in lines[1:]] == ["20261121T091450.000000Z-7", NAME]
    assert lines[2].split()[-3:] == ["6", "1", "ended"]
    assert ran("runs", "--limit", "1").out.splitlines()[-1] == "… 1 older run (--limit 0 shows all)"


def test_runs_shows_processes_as_a_tree(ran: Reader) -> None:
    save(ran.folder, started(pid=7, started=1, forked_from=f"{NAME}.seg"), "20261121T091450.000000Z-7.seg")
    lines = ran("runs", "--processes").out.splitlines()
    assert lines[2].startswith("  4242  python3 app.py  ")
    assert lines[3].startswith("  └─ 7  forked  ") and lines[3].endswith("  0 spans  killed")


def test_runs_as_json(ran: Reader) -> None:
    (run,) = ran("runs", "--json").json["runs"]
    assert (run["id"], run["program"], run["argv"]) == (NAME, "python3 app.py", ["/usr/bin/python3", "app.py"])
    assert (run["startTime"], run["endTime"]) == ("2023-11-14T22:13:20.000000Z", "2023-11-14T22:13:20.001000Z")
    assert (run["status"], run["spans"], run["errors"], run["root"]) == ("ended", 6, 1, "/project")
    assert run["processes"] == [
        {"pid": 4242, "parent": None, "segment": f"{NAME}.seg", "core": "python", "python": "CPython 3.12.1",
         "status": "ended"},
    ]  # fmt: skip


def test_list_shows_traces_with_their_figures(ran: Reader) -> None:
    result = ran("list")
    assert result.out.splitlines()[0] == f"run {NAME} · python3 app.py · 1.00 ms · 6 spans · 1 error"
    assert result.out.splitlines()[2].split()[3:] == ["main", "110", "ns", "6", "1", "ok"]
    (trace,) = ran("list", "--json").json["traces"]
    assert (trace["function"], trace["spans"], trace["errors"]) == ("main", 6, 1)


def test_list_can_leave_out_what_did_not_fail(spans: Reader) -> None:
    data = started()
    stream = Stream(data, 1)
    for _ in range(3):
        stream.enter(MAIN)
        stream.leave()
    stream.enter(MAIN)
    stream.fail(exception("E", ""))
    save(spans.folder, data)
    assert len(spans("list", "--json").json["traces"]) == 4
    assert len(spans("list", "--errors", "--json").json["traces"]) == 1
    assert spans("list", "--limit", "1").out.splitlines()[-1] == "… 3 more traces (--limit 0 shows all)"


def test_tree_of_the_last_run(ran: Reader) -> None:
    result = ran("tree")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        f"run {NAME} · python3 app.py · 1.00 ms · 6 spans · 1 error",
        "  110 ns          main()",
        "   40 ns    36 %  ├─ add ×4  min 10 ns  mean 10 ns  max 10 ns",
        "   10 ns   9.1 %  └─ Store.put(key='k') ✗ Missing: no k",
    ]


def test_tree_says_what_it_does_not_show(ran: Reader) -> None:
    assert ran("tree", "--limit", "1").out.splitlines()[-1].startswith("… 5 more spans (--limit 0 shows all")
    assert ran("tree", "--function", "nothing*").out.splitlines()[-1] == "no span matches"
    assert ran("tree", "--min-duration", "11ns").out.splitlines()[1:] == ["  110 ns          main()"]


def test_tree_of_a_span_and_its_json(ran: Reader) -> None:
    lines = ran("tree", "--ids", "--expand").out.splitlines()
    assert len(lines) == 7
    failed = lines[-1].rpartition("#")[2]
    exported = ran("tree", failed, "--json").json
    assert [trace["function"] for trace in exported["traces"]] == ["Store.put"]
    assert exported["traces"][0]["parentSpanId"].endswith(lines[1].rpartition("#")[2])


def test_tree_json_follows_the_filters(ran: Reader) -> None:
    (trace,) = ran("tree", "--json", "--errors").json["traces"]
    assert [child["function"] for child in trace["children"]] == ["Store.put"]
    (trace,) = ran("tree", "--json", "--depth", "1").json["traces"]
    assert trace["children"] == []


def test_show_tells_everything(ran: Reader) -> None:
    failed = ran("tree", "--ids").out.rstrip().rpartition("#")[2]
    text = ran("show", failed).out
    for piece in (
        "Store.put", "app.py:9", "status        error", "  key = 'k'", "error         app.Missing: no k",
        "  note        look", "  suggestion  add k", "    app.py:9 in put", "caused by     KeyError: 'k'",
        "called by", "  main  110 ns",
    ):  # fmt: skip
        assert piece in text
    shown = ran("show", failed, "--json").json
    assert (shown["span"]["function"], shown["span"]["children"]) == ("Store.put", [])
    assert [parent["function"] for parent in shown["parents"]] == ["main"]


def test_show_of_a_root_lists_its_calls(ran: Reader) -> None:
    lines = ran("show", NAME).out.splitlines()
    assert lines[-2:] == ["  add ×4  40 ns", lines[-1]]
    assert lines[-1].startswith("  Store.put  10 ns  ") and lines[-1].endswith("  ✗ app.Missing")


def test_export_has_the_documented_form(ran: Reader) -> None:
    exported = ran("export", "--format", "json").json
    assert (exported["format"], exported["run"]["id"]) == (1, NAME)
    (root,) = exported["traces"]
    assert list(root) == [
        "traceId", "spanId", "parentSpanId", "function", "file", "line", "kind", "status", "startTime", "endTime",
        "startNs", "durationNs", "duration", "activeNs", "callSite", "expression", "thread", "threadId", "process",
        "params", "returnValue", "error", "events", "children",
    ]  # fmt: skip
    assert root["traceId"].endswith(root["spanId"])
    assert (root["startTime"], root["durationNs"], root["duration"]) == ("2023-11-14T22:13:20.000001Z", 110, 0.00011)
    add = root["children"][0]
    assert (add["parentSpanId"], add["traceId"]) == (root["spanId"], root["traceId"])
    assert (add["params"], add["returnValue"], add["error"]) == ({"a": 0, "b": 1}, 1, None)
    assert root["children"][4]["error"]["cause"]["type"] == "KeyError"
    assert root["children"][4]["params"]["rest"] == {"type": "tuple", "items": []}


def test_export_to_a_file(ran: Reader) -> None:
    assert ran("export", "-o", "run.json").out == ""
    assert json.loads(Path("run.json").read_text("utf-8")) == ran("export").json
    result = ran("export", "-o", "missing/run.json")
    assert (result.code, result.err) == (5, "error: missing/run.json: No such file or directory [cannot-write]\n")


def test_export_of_half_a_surrogate_pair_is_json(spans: Reader) -> None:
    data = started()
    Stream(data, 1).enter(ADD, "\ud800é😀", 1)
    save(spans.folder, data)
    assert spans("export").json["traces"][0]["params"]["a"] == "\ud800é😀"
    assert spans("tree", "--json").json["traces"][0]["params"]["a"] == "\ud800é😀"


def test_export_of_a_deep_recursion_does_not_recurse(spans: Reader) -> None:
    data = started()
    stream = Stream(data, 1)
    for count in range(5000):
        stream.enter(ADD, count, 0)
    save(spans.folder, data)
    out = spans("export").out
    assert out.count('"function": "add"') == 5000
    assert out.endswith("]}" * 5000 + "\n]}\n")
    assert spans("list").code == spans("tree").code == spans("show", NAME).code == 0


def test_doctor_is_content_with_a_sound_run(ran: Reader) -> None:
    result = ran("doctor", "--json")
    assert (result.json["run"], result.json["findings"]) == (NAME, [])
    assert result.json["recorder"]["recorder"].startswith("spanwright-runtime ")
    assert [one["core"] for one in result.json["processes"]] == ["python"]
    assert (result.code, ran("doctor").out.splitlines()[-1]) == (0, "all is well")


def test_doctor_names_notes_and_what_cannot_be_read(ran: Reader) -> None:
    data = started(pid=7, started=1)
    data.note(4, "the disk is full")
    Stream(data, 1).raw(b"\x7f")
    save(ran.folder, data, "20261121T091450.000000Z-7.seg")
    save(ran.folder, b"foreign", "20261122T091450.000000Z-8.seg")
    result = ran("doctor")
    assert result.code == 1
    assert [line for line in result.out.splitlines() if line.startswith("!")] == [
        "! 20261122T091450.000000Z-8.seg: this is not a segment",
        "! 20261121T091450.000000Z-7.seg at byte 65,541: the unknown event 0x7f; the rest of this chunk is passed over",
        "! 20261121T091450.000000Z-7.seg: the recorder notes (4): the disk is full",
    ]


def test_doctor_finds_that_the_recorder_is_missing(ran: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    (ran.folder / "empty" / "spanwright").mkdir(parents=True)
    (ran.folder / "empty" / "spanwright" / "__init__.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(ran.folder / "empty"))
    result = ran("doctor", "--json")
    assert result.code == 1
    assert result.json["findings"] == ["spanwright cannot be imported here: ImportError: not here"]


def test_doctor_repairs_the_vault_and_says_what(ran: Reader) -> None:
    left = ran.folder / ".spanwright-7-0.new"
    left.write_bytes(b"")
    told = ran("doctor", "--json")
    assert (told.code, told.json["repaired"]) == (1, [])
    assert told.json["findings"] == [f"{left.name}: left by a command that was cut short: spans doctor --repair"]
    result = ran("doctor", "--repair")
    assert (result.code, result.out.splitlines()[-2:]) == (0, [f"repaired: {left.name}: removed", "all is well"])
    assert not left.exists() and ran("doctor", "--json").json["findings"] == []


@pytest.mark.parametrize(("words", "code"), [((), 1), (("--repair",), 4)])
def test_doctor_names_a_damaged_manifest(ran: Reader, words: tuple[str, ...], code: int) -> None:
    (ran.folder / ".spanwright/manifest").write_bytes(b"spanwright manifest")
    result = ran("doctor", *words)
    assert result.code == code and "the manifest is damaged" in result.out + result.err


def test_damage_is_a_warning_and_the_rest_is_shown(spans: Reader) -> None:
    save(spans.folder, _program()[:-6])
    result = spans("tree")
    assert result.code == 0
    assert "main() … unfinished" in result.out
    assert result.err.startswith(f"warning: {NAME}.seg at byte 65,") and result.err.count("\n") == 1


def test_missing_site_table_is_said_once(spans: Reader) -> None:
    data = started()
    stream = Stream(data, 1)
    for handle in (1, 2):
        stream.event(0x12, FETCH, handle)
    save(spans.folder, data)
    (spans.folder / ".spanwright" / "sites" / f"{SITES['id']}.json").unlink()
    result = spans("tree")
    assert result.out.count("app.py#4()") == 2
    assert result.err == (
        f"warning: {SITES['id']}.json: the site table of app.py is missing: its functions are named by number\n"
    )


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "runs"])
def test_unknown_id_is_one_line(ran: Reader, command: str) -> None:
    result = ran(command, "zzz")
    assert (result.code, result.out) == (6, "")
    assert result.err == f"error: no run, trace or span 'zzz'; the last run is {NAME} [unknown-id]\n"


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("show", "source", "doctor")])
def test_nothing_recorded_is_one_line(spans: Reader, command: str) -> None:
    result = spans(command)
    assert result.code == 6
    assert result.err.endswith("no instrumented program has run yet [no-runs]\n") and result.err.count("\n") == 1


def test_root_names_the_project(ran: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert ran("tree").err.startswith("error: no .spanwright folder in ")
    assert ran("tree", "--root", str(ran.folder)).code == 0
    assert ran("tree", "--root", "missing").code == 2


def test_bad_duration_is_one_line(ran: Reader) -> None:
    result = ran("tree", "--min-duration", "soon")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "'soon' is no duration: give a number and ns, us, ms, s or min" in result.err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples(spans: Reader, command: str) -> None:
    result = spans(*[command] * bool(command), "--help")
    assert result.code == 0
    assert f"\n  spans {command}" in result.out


def test_help_imports_no_reader() -> None:
    script = (
        "import sys; from instrumenter.cli.spans import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print([name for name in sys.modules if name.startswith('instrumenter.trace')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_reader_that_leaves_is_no_failure(spans: Reader) -> None:
    data = started()
    stream = Stream(data, 1)
    for count in range(20_000):
        stream.enter(ADD, count, 0)
        stream.ret(0)
    save(spans.folder, data)
    script = "import sys; from instrumenter.cli.spans import main; main(sys.argv[1:])"
    child = subprocess.Popen(
        [sys.executable, "-c", script, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    assert child.stdout is not None and child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    with child.stderr as stderr:
        assert (child.wait(60), stderr.read()) == (0, b"")


def test_full_disk_is_one_line(ran: Reader) -> None:
    script = "import sys; from instrumenter.cli.spans import main; main(sys.argv[1:])"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-c", script, "export"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 5
    assert done.stderr == b"error: standard output: No space left on device [cannot-write]\n"


def _detailed(folder: Path) -> Sites:
    """`main` at level 4: a value, a call of a library, one of `add` that changes what it is given, an await."""
    sites = Sites(4)
    sites.function("main", 1)
    sites.function("add", 10, "function", "rows", kept=["rows"])
    first, then = sites.line(0, 2), sites.line(0, 3)
    bound, library, call = sites.var(0, 2, "n"), sites.call(0, 3, "json.dumps"), sites.call(0, 4, "add", kept=["rows"])
    data = sites.segment(clean=True)
    data.callee(1, "dumps", module="json", file="/lib/json.py", line=3)
    data.callee(2, "add", module="__main__", file="/project/app.py", line=10)
    stream = Stream(data, 1)
    stream.enter(0)
    stream.var(bound, 5)
    stream.line(first, then)
    stream.call(library, 1)
    stream.out(dt=500)
    stream.line(first)
    stream.call(call, 2)
    stream.enter(1, [])
    stream.event(0x3B, 1, v(0), value([]), value([7]))
    stream.leave()
    stream.out()
    stream.call(library, 1)
    stream.event(0x33)
    stream.leave()
    save(project(folder, sites.table()), data)
    return sites


def test_tree_has_calls_plainly(spans: Reader) -> None:
    _detailed(spans.folder)
    assert [line[18:] for line in spans("tree").out.splitlines()[1:]] == [
        "main()", "├─ json.dumps", "├─ add(rows=[])", "└─ json.dumps ✗ failed"
    ]  # fmt: skip


def test_tree_without_calls(spans: Reader) -> None:
    _detailed(spans.folder)
    for options in (["--no-calls"], ["--kind", "function"], ["--kind", "function", "--min-duration", "1ns"]):
        assert [line[18:] for line in spans("tree", *options).out.splitlines()[1:]] == ["main()", "└─ add(rows=[])"]
    (root,) = spans("tree", "--json", "--kind", "call").json["traces"][:1]
    assert (root["function"], root["expression"], root["line"]) == ("json.dumps", "json.dumps", 3)


def test_tree_with_values_in_their_places(spans: Reader) -> None:
    _detailed(spans.folder)
    lines = spans("tree", "--values").out.splitlines()[1:]
    assert [line.strip() for line in (line[:10] for line in lines)][:2] == ["630 ns", "+10 ns"]
    assert [line[18:] for line in lines] == [
        "main()", "│  2: n = 5", "│  lines 2 3", "├─ json.dumps", "│  line 2", "├─ add(rows=[])",
        "│     10: rows: 0 -> 1 items, +[0] 7",
        "└─ json.dumps ✗ failed",
    ]  # fmt: skip
    assert spans("tree", "--values", "--limit", "2").out.splitlines()[2][18:] == "│  2: n = 5"


def test_show_tells_where_a_span_was_called_and_what_happened(spans: Reader) -> None:
    _detailed(spans.folder)
    first, add, _ = spans("export").json["traces"][0]["children"]
    assert (first["callSite"], add["callSite"]) == ({"file": "app.py", "line": 3}, {"file": "app.py", "line": 4})
    lines = spans("show", add["spanId"]).out.splitlines()
    assert "called at     app.py:4" in lines
    assert lines[lines.index("events        ") + 1] == "     +10 ns  10: rows: 0 -> 1 items, +[0] 7"
    assert spans("show", add["spanId"], "--json").json["span"]["events"] == add["events"]
    assert "written       json.dumps" in spans("show", first["spanId"]).out.splitlines()


def test_function_may_be_named_with_its_file(spans: Reader) -> None:
    _detailed(spans.folder)
    assert [line[18:] for line in spans("tree", "--function", "app.py::add").out.splitlines()[1:]] == [
        "main()", "└─ add(rows=[])"
    ]  # fmt: skip
    assert spans("tree", "--function", "b.py::add").out.splitlines()[1] == "no span matches"
