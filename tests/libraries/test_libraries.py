"""Values of libraries' types (attrs, pydantic, numpy, pandas): both cores write them alike, none of their code runs."""

from __future__ import annotations

import re

import pytest
from core_under_test import CoreUnderTest
from library_programs import PROGRAMS
from segment_text import events

#: Notes what Python code runs during a probe but for the recorder's own.
_WATCHED = """
import os, sys, spanwright
def note(frame, event, arg):
    place = frame.f_code.co_filename
    if event == "call" and place != __file__ and not place.startswith(os.path.dirname(spanwright.__file__)):
        called.append((place, frame.f_code.co_name))
called = []
def show(*values):
    for value in values:
        sys.setprofile(note)
        _sw_enter(10, value); _sw_keep(10, value); _sw_state(10, value); _sw_ret(value)
        sys.setprofile(None)
"""
_ASSERTED = "\nassert not called, called"
HIDDEN = "'<redacted: password>'"
NUMBERED = "index=<pandas.RangeIndex name=None, range=range(0, {0}, 1)>"


def shown(core: CoreUnderTest, source: str) -> list[str]:
    """What is recorded of the values."""
    lines = events(core.run(source).segment)
    return [line.removeprefix("ARGS ") for line in lines if line.startswith("ARGS")]


def show(core: CoreUnderTest, imports: str, values: str) -> list[str]:
    """What is recorded of the values of some expressions."""
    start = PROGRAMS["numpy"].partition("import")[0]
    return shown(core, f"{start}\nimport {imports}\nshow({values})")


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_cores_write_alike_and_no_secret(both_cores: tuple[CoreUnderTest, CoreUnderTest], name: str) -> None:
    c, python = (core.run(PROGRAMS[name]).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]
    assert b"hunter2" not in c
    assert b"k" * 30 not in c


@pytest.mark.parametrize("items", ["1", "1000"])
def test_both_cores_write_alike_under_other_limits(both_cores: tuple[CoreUnderTest, CoreUnderTest], items: str) -> None:
    env = {"TRACING_MAX_CAPTURE_ITEMS": items, "TRACING_MAX_CAPTURE_BYTES": "16384"}
    c, python = (core.run(PROGRAMS["frames"], env=env).segment.read_bytes() for core in both_cores)
    assert c[17:] == python[17:]


@pytest.mark.parametrize("name", PROGRAMS)
def test_capture_runs_no_code_of_the_library(core: CoreUnderTest, name: str) -> None:
    core.run(_WATCHED + PROGRAMS[name].partition("_sw_ret()\n")[2] + _ASSERTED)


@pytest.mark.parametrize("name", ["frames", "series", "indexes"])
def test_capture_leaves_references_and_the_collector_as_they_are(core: CoreUnderTest, name: str) -> None:
    counted = """
import gc, sys
def counts(value):
    own = [value, *vars(value).values()] if hasattr(value, "__dict__") else [value]
    return [sys.getrefcount(one) for one in own if one is not None]
def show(*values):
    for value in values:
        before = counts(value)
        for _ in range(3): _sw_enter(10, value); _sw_ret()
        assert counts(value) == before, value
        assert gc.isenabled()
"""
    core.run(counted + PROGRAMS[name].partition("_sw_ret()\n")[2])


def test_dataclasses_and_named_tuples_have_fields(core: CoreUnderTest) -> None:
    assert shown(core, PROGRAMS["dataclasses"]) == [
        "<__main__.Point x=1, y=[2]>",
        f"<__main__.User name='u', password={HIDDEN}>",
        "<__main__.Pair left=1, right=<__main__.Point x=2, y=None>>",
        "<__main__.Login user='u', api_key='<redacted: api key>'>",
    ]


def test_attrs_have_fields(core: CoreUnderTest) -> None:
    *others, frozen, checked = shown(core, PROGRAMS["attrs"])
    assert others == ["<__main__.Old x=1, y=2>", f"<__main__.User name='u', password={HIDDEN}>"]
    assert "x=1" in frozen
    assert "inner=<__main__.Old x=3, y=2>" in frozen
    assert checked == "<__main__.Checked x=1>"


def test_pydantic_models_have_fields_and_keep_what_is_private(core: CoreUnderTest) -> None:
    model, frozen, secret = shown(core, PROGRAMS["pydantic"])
    assert model == f"<__main__.Model name='n', password={HIDDEN}, size=3>"
    assert frozen == "<__main__.Frozen models=[self __main__.Model], api_key='<redacted: api key>'>"
    assert secret == "<pydantic.types.SecretStr _secret_value='<redacted: secret>'>"


ARRAYS = [
    ("np.array(2.5)", "dtype='<f8', shape=(), items=[2.5]"),
    ("np.zeros((0, 3))", "dtype='<f8', shape=(0, 3), items=[]"),
    ("np.arange(6, dtype='i2').reshape(2, 3)[:, ::-2]", "dtype='<i2', shape=(2, 2), items=[2, 0, 5, 3]"),
    ("np.arange(6).reshape(2, 3).T", "dtype='<i8', shape=(3, 2), items=[0, 3, 1, 4, 2, 5]"),
    ("np.array([1], '>i4')", "dtype='>i4', shape=(1), items=[]~1"),
    ("np.array(['2026-01-02', 'NaT'], 'M8[D]')", "dtype='<M8[D]', shape=(2), items=['2026-01-02', 'NaT']"),
    ("np.array([90], 'm8[m]')", "dtype='<m8[m]', shape=(1), items=['90 minutes']"),
    ("np.array([1], 'M8[fs]')", "dtype='<M8[fs]', shape=(1), items=[]~1"),
    ("np.zeros(2, 'i4,f8')", "dtype='|V12', shape=(2), items=[]~2"),
    ("np.array([1.5], 'f2')", "dtype='<f2', shape=(1), items=[1.5]"),
    ("np.array([1j], 'c8')", "dtype='<c8', shape=(1), items=[1j]"),
    ("np.array([[1], None], object)", "dtype='|O', shape=(2), items=[[1], None]"),
    ("np.array([True])", "dtype='|b1', shape=(1), items=[True]"),
]


def test_arrays_have_dtype_shape_and_items(core: CoreUnderTest) -> None:
    lines = show(core, "numpy as np", ", ".join(value for value, _ in ARRAYS))
    assert lines == [f"<numpy.ndarray {expected}>" for _, expected in ARRAYS]


SCALARS = [
    ("np.int8(-3)", "numpy.int8:-3"),
    ("np.uint64((1 << 64) - 1)", "numpy.uint64:0xffffffffffffffff"),
    ("np.longlong(5)", "numpy.longlong:5"),
    ("np.bool_(True)", "numpy.bool:True"),
    ("np.float16(0.5)", "numpy.float16:0.5"),
    ("np.float32(0.25)", "numpy.float32:0.25"),
    ("np.float64(0.25)", "numpy.float64:0.25"),
    ("np.longdouble(0.25)", "numpy.longdouble:0.25"),
    ("np.complex64(1j)", "numpy.complex64:1j"),
    ("np.clongdouble(1j)", "numpy.clongdouble:1j"),
    ("np.str_('text')", "numpy.str_:'text'"),
    ("np.datetime64('2026-01-02')", "numpy.datetime64:'2026-01-02'"),
    ("np.datetime64('2026-01-02T03:04:05.000000006')", "numpy.datetime64:'2026-01-02T03:04:05.000000006'"),
    ("np.datetime64('1815-12-10T03', 'h')", "numpy.datetime64:'1815-12-10T03'"),
    ("np.timedelta64(5, 's')", "numpy.timedelta64:'5 seconds'"),
]


def test_numbers_and_dates_are_shown_with_their_types(core: CoreUnderTest) -> None:
    lines = show(core, "numpy as np", ", ".join(value for value, _ in SCALARS))
    assert lines == [expected for _, expected in SCALARS]


def test_array_of_a_subclass_is_an_object(core: CoreUnderTest) -> None:
    (masked,) = show(core, "numpy as np", "np.ma.masked_array([1, 2], [True, False])")
    assert masked.startswith("<numpy.ma.MaskedArray _fill_value=None")
    assert masked.endswith("_mask=<numpy.ndarray dtype='|b1', shape=(2), items=[True, False]>>")


COLUMNS = [
    ("[1, 2]", "<i8", "[1, 2]"),
    ("[1.5, None]", "<f8", "[1.5, nan]"),
    ("[True, False]", "|b1", "[True, False]"),
    ("[{}, [1]]", "|O", "[{}, [1]]"),
    ("pd.Categorical(['u', None])", "pandas.Categorical", "['u', None]"),
    ("pd.array([1, None], 'Int8')", "pandas.arrays.IntegerArray", "[1, None]"),
    ("pd.array([True, None], 'boolean')", "pandas.arrays.BooleanArray", "[True, None]"),
    ("pd.array(['a', 'b'], pd.StringDtype('python'))", "pandas.arrays.StringArray", "['a', 'b']"),
    ("pd.array(['a', None], pd.StringDtype('pyarrow'))", "pandas.arrays.ArrowStringArray", "['a', None]"),
    ("pd.array([1, None], 'int64[pyarrow]')", "pandas.arrays.ArrowExtensionArray", "[1, None]"),
    (
        "pd.date_range('2026', periods=2).as_unit('s')",
        "pandas.arrays.DatetimeArray",
        "['2026-01-01T00:00:00', '2026-01-02T00:00:00']",
    ),
    (
        "pd.DatetimeIndex(['2026-01-01 01:00', None], tz='Europe/Berlin').as_unit('s')",
        "pandas.arrays.DatetimeArray",
        "['2026-01-01T00:00:00+00:00', 'NaT']",
    ),
    ("pd.to_timedelta([1, 90], 's').as_unit('s')", "pandas.arrays.TimedeltaArray", "['1 seconds', '90 seconds']"),
    ("pd.period_range('2026', periods=2, freq='D')", "pandas.arrays.PeriodArray", "[]~2"),
    ("pd.arrays.SparseArray([0, 1])", "pandas.arrays.SparseArray", "[]~2"),
]


def test_columns_have_type_and_items(core: CoreUnderTest) -> None:
    made = [f"pd.DataFrame({{'x': {column}}}), pd.Series({column}, name='x')" for column, _, _ in COLUMNS]
    lines = show(core, "pandas as pd", ", ".join(made))
    index = NUMBERED.format(2)
    for (_, dtype, items), frame, series in zip(COLUMNS, lines[::2], lines[1::2], strict=True):
        assert frame == f"<pandas.DataFrame shape=(2, 1), dtypes={{'x': '{dtype}'}}, items={{'x': {items}}}, {index}>"
        assert series == f"<pandas.Series name='x', dtype='{dtype}', shape=(2), items={items}, {index}>"


INDEXES = [
    ("pd.RangeIndex(2, 20, 3, name='r')", "pandas.RangeIndex name='r', range=range(2, 20, 3)"),
    ("pd.Index([1, 2], name='n')", "pandas.Index name='n', dtype='<i8', shape=(2), items=[1, 2]"),
    ("pd.Index(['a', 1])", "pandas.Index name=None, dtype='|O', shape=(2), items=['a', 1]"),
    ("pd.MultiIndex.from_tuples([(1, 'a')])", "pandas.MultiIndex names=[None, None], shape=(1), items=[(1, 'a')]"),
    (
        "pd.MultiIndex.from_product([pd.date_range('2026', periods=1).as_unit('s'), ['a']])",
        "pandas.MultiIndex names=[None, None], shape=(1), items=[('2026-01-01T00:00:00', 'a')]",
    ),
    (
        "pd.MultiIndex.from_product([pd.period_range('2026', periods=1, freq='D'), ['a']])",
        "pandas.MultiIndex names=[None, None], shape=(1), items=[(Ellipsis, 'a')]",
    ),
    (
        "pd.date_range('2026', periods=1).as_unit('s')",
        "pandas.DatetimeIndex name=None, dtype='pandas.arrays.DatetimeArray', shape=(1), items=['2026-01-01T00:00:00']",
    ),
    (
        "pd.interval_range(0, 1)",
        "pandas.IntervalIndex name=None, dtype='pandas.arrays.IntervalArray', shape=(None), items=[]",
    ),
]


def test_indexes_have_name_and_items(core: CoreUnderTest) -> None:
    lines = show(core, "pandas as pd", ", ".join(index for index, _ in INDEXES))
    assert lines == [f"<{expected}>" for _, expected in INDEXES]


def test_columns_are_found_wherever_their_blocks_are(core: CoreUnderTest) -> None:
    made = "pd.DataFrame({'x': [1, 2], 'y': [1.5, 2.5], 'z': [3, 4]})"
    plain, turned, chosen = show(core, "pandas as pd", f"{made}, {made}.iloc[:, ::-1], {made}[['z', 'x']].assign(w=0)")
    assert "items={'x': [1, 2], 'y': [1.5, 2.5], 'z': [3, 4]}" in plain
    assert "items={'z': [3, 4], 'y': [1.5, 2.5], 'x': [1, 2]}" in turned
    assert "items={'z': [3, 4], 'x': [1, 2], 'w': [0, 0]}" in chosen


SECRETS = [
    "pd.DataFrame({'password': ['hunter2'], 'user': ['u']})",
    "pd.DataFrame({('x', 'password'): ['hunter2'], ('x', 'user'): ['u']})",
    "pd.DataFrame({0: ['u', 'hunter2']}, index=['user', 'password'])",
    "pd.DataFrame({'password': ['hunter2'], 'user': ['u']}).iloc[0]",
    "pd.DataFrame({'password': ['hunter2'], 'user': ['u']}).set_index('password')",
    "pd.DataFrame({'password': ['hunter2'], 'user': ['u']}).set_index(['password', 'user'])",
    "pd.Series(['hunter2'], name='password')",
    "pd.Index(['hunter2'], name='password')",
    "{'password': pd.Series(['hunter2'])}",
    "pd.Series([{'password': 'hunter2'}])",
]


def test_names_of_columns_rows_and_indexes_decide_what_is_hidden(core: CoreUnderTest) -> None:
    lines = show(core, "pandas as pd", ", ".join(SECRETS))
    assert len(lines) == len(SECRETS)
    for line in lines:
        assert "hunter2" not in line
        assert HIDDEN in line


def test_large_frames_show_a_few_items(core: CoreUnderTest) -> None:
    long, wide = show(
        core,
        "numpy as np, pandas as pd",
        "pd.DataFrame(np.broadcast_to(np.int8(7), (10_000_000, 2))), pd.DataFrame(np.zeros((3, 10_000)))",
    )
    assert long.startswith("<pandas.DataFrame shape=(10000000, 2)")
    assert long.count("7, 7") == 2 * 8
    assert wide.startswith("<pandas.DataFrame shape=(3, 10000)")
    assert len(re.findall(r"\[0\.0\]~3", wide)) == 32


def test_frame_of_a_subclass_is_an_object(core: CoreUnderTest) -> None:
    (own,) = show(core, "pandas as pd", "type('Own', (pd.DataFrame,), {})({'a': [1]})")
    assert own.startswith("<__main__.Own _mgr=")


def test_frames_that_are_not_as_they_should_be_are_objects(core: CoreUnderTest) -> None:
    lines = shown(core, PROGRAMS["broken"])
    assert lines[0] == "<pandas.DataFrame >"
    assert lines[4] == "<pandas.Series _mgr=<pandas.core.internals.managers.BlockManager >>"
    assert lines[7] == "<pandas.RangeIndex _range=[1]>"
    assert "<pandas.MultiIndex names=['a'], shape=(4), items=[('x'), ('y'), (Ellipsis), (None)]>" in lines
