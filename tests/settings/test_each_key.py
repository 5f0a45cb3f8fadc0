"""Each setting has a test that shows what it does: a new key without one fails here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from spanwright._settings import KEYS

TESTS = Path(__file__).parents[1]
RUNTIME = "settings/test_runtime_settings.py::test_"
TOOL = "settings/test_tool_settings.py::test_"
AGREE = "settings/test_settings_agree.py::test_"
SAMPLING = "runtime/test_volume_sampling.py::test_"
WATCH = "watch/test_watch_settings.py::test_"
TIDY = "storage/test_retain.py::test_"
LATER = f"{AGREE}what_comes_later_says_so_where_it_is_set"
PERMISSION = f"{AGREE}permission_is_read_and_not_given_at_first"
SHOWN_BY = {
    "ENABLED": f"{RUNTIME}enabled_off_records_nothing",
    "ENV_FILE": f"{RUNTIME}a_setting_counts_wherever_it_stands",
    "AUTO_INSTRUMENT": f"{TOOL}auto_instrument_off_takes_no_new_files_from_a_folder",
    "AUTO_WRAP_FUNCTIONS": f"{TOOL}auto_wrap_functions_off_leaves_probes_to_those_that_are_named",
    "DEFAULT_LEVEL": f"{TOOL}default_level_is_that_of_files_of_which_nothing_is_said",
    "LANGUAGES": f"{TOOL}languages_without_python_leave_a_folder_alone",
    "LEVEL_PYTHON": f"{TOOL}level_is_taken_from_the_place_that_counts_most",
    "LEVEL_TYPESCRIPT": LATER,
    "LEVEL_JAVASCRIPT": LATER,
    "EXCLUDE_FILES": f"{RUNTIME}exclude_files_silences_a_file_that_is_instrumented",
    "EXCLUDE_FUNCTIONS": f"{TOOL}exclude_functions_get_no_probes_unless_named",
    "AUTO_REINSTRUMENT": f"{WATCH}auto_reinstrument_is_read_from_tracing_env",
    "WATCH_NEW_FILES": f"{WATCH}watch_new_files_is_read_from_tracing_env",
    "CAPTURE_PARAMS": f"{RUNTIME}capture_params_off_leaves_out_parameters_and_what_changed_in_them",
    "CAPTURE_RETURN": f"{RUNTIME}capture_return_off_leaves_out_return_values",
    "CAPTURE_VARS": f"{RUNTIME}capture_vars_off_leaves_out_values_of_names",
    "CAPTURE_ASYNC": f"{RUNTIME}capture_async_off_leaves_out_awaits",
    "CAPTURE_DATABASE": LATER,
    "CAPTURE_HTTP": LATER,
    "AUTO_CAPTURE_ERRORS": f"{RUNTIME}auto_capture_errors_off_says_only_that_spans_failed",
    "AUTO_TRACK_ASYNC": f"{RUNTIME}auto_track_async_off_leaves_threads_without_what_started_them",
    "MAX_CAPTURE_SIZE": f"{RUNTIME}max_capture_size_cuts_texts",
    "MAX_CAPTURE_DEPTH": f"{RUNTIME}max_capture_depth_cuts_what_is_nested",
    "MAX_CAPTURE_ITEMS": f"{RUNTIME}max_capture_items_cuts_containers_and_objects",
    "REDACT": "redaction/test_own_names.py::test_names_of_the_user_are_hidden_everywhere",
    "SAMPLE_RATE": f"{SAMPLING}rate_of_0_without_tails_writes_nothing_but_counters",
    "SAMPLE_SEED": f"{SAMPLING}draw_keeps_the_traces_of_the_seed",
    "KEEP_ERRORS": f"{SAMPLING}slow_trace_is_kept_where_failures_keep_none",
    "KEEP_SLOWER_THAN": f"{SAMPLING}slow_trace_is_kept",
    "MIN_DURATION": "runtime/test_volume_brief.py::test_brief_leaf_is_erased",
    "MAX_DEPTH": "runtime/test_volume_depth.py::test_what_is_deeper_is_left_out_and_counted",
    "FLIGHT_RECORDER": "runtime/test_flight_ring.py::test_last_events_are_there_and_the_oldest_are_gone",
    "ORIGINAL_POSITIONS": "positions/test_position_refusals.py::test_lines_with_never_are_those_on_disk",
    "OVERHEAD_BUDGET": "runtime/test_budget_counted.py::test_hot_function_over_budget_is_counted_only",
    "MAX_TRACES_MEMORY": f"{RUNTIME}max_traces_memory_sets_by_how_much_the_file_grows",
    "STORE_TRACES": f"{RUNTIME}store_traces_off_takes_the_segment_away_at_the_end",
    "FLUSH_INTERVAL": "storage/test_flush.py::test_interval_has_it_done_again_and_again",
    "COMPRESS_TRACES": f"{TIDY}compress_traces_compresses_and_says_so",
    "AUTO_CLEANUP": f"{TIDY}auto_cleanup_removes_and_says_so",
    "RETENTION_DAYS": f"{TIDY}prune_without_limits_has_those_of_the_settings",
    "MAX_STORAGE_GB": f"{TIDY}max_storage_gb_is_a_limit_in_gigabytes",
    "ALLOW_AI_INSTRUMENTATION": PERMISSION,
    "ALLOW_AI_WRAP": PERMISSION,
    "ALLOW_AI_UNWRAP": PERMISSION,
    "ALLOW_AI_CONFIGURE": PERMISSION,
    "AI_REQUIRE_APPROVAL": PERMISSION,
}


def test_each_key_has_a_test() -> None:
    assert {f"TRACING_{name}" for name in SHOWN_BY} == set(KEYS)


@pytest.mark.parametrize("name", SHOWN_BY)
def test_the_test_is_there_and_speaks_of_the_key(name: str) -> None:
    file, _, test = SHOWN_BY[name].partition("::")
    source = (TESTS / file).read_text("utf-8")
    assert test in {it.name for it in ast.parse(source).body if isinstance(it, ast.FunctionDef)}
    assert name in source or KEYS[f"TRACING_{name}"].later


def test_what_is_reserved_says_so() -> None:
    """Of these nothing else can be shown yet."""
    assert {name for name, key in KEYS.items() if key.later} == {
        f"TRACING_{name}" for name, test in SHOWN_BY.items() if test in (LATER, PERMISSION)
    }
