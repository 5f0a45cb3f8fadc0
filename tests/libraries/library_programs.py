"""Programs that show values of libraries' types, by name; each value has an event of its own."""

from __future__ import annotations

# ruff: noqa: E501, the sources are laid out for what they show

_START = """
def show(*values):
    for value in values: _sw_enter(10, value); _sw_ret()
"""

_DATACLASSES = """
import collections, dataclasses, typing
@dataclasses.dataclass
class Point: x: int; y: object = None
@dataclasses.dataclass(slots=True, frozen=True)
class User: name: str; password: str = "hunter2"
Pair = collections.namedtuple("Pair", "left right")
class Login(typing.NamedTuple): user: str; api_key: str
show(Point(1, [2]), User("u"), Pair(1, Point(2)), Login("u", "k" * 30))
"""

_ATTRS = """
import attr, attrs
@attr.s
class Old: x = attr.ib(); y = attr.ib(default=2, repr=False)
@attrs.define
class User: name: str; password: str = "hunter2"
@attrs.frozen
class Frozen: x: int; inner: object = None
@attrs.define(slots=False, on_setattr=attrs.setters.validate)
class Checked: x: int = attrs.field(default=1, validator=attrs.validators.instance_of(int))
show(Old(1), User("u"), Frozen(1, Old(3)), Checked())
"""

_PYDANTIC = """
import pydantic
class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    name: str
    password: pydantic.SecretStr = pydantic.SecretStr("hunter2")
    size: int = pydantic.Field(default=3, alias="Size")
    _hidden: str = pydantic.PrivateAttr("private")
    @pydantic.computed_field
    @property
    def twice(self) -> int: return 2 * self.size
    @pydantic.field_validator("name")
    @classmethod
    def checked(cls, value): return value
class Frozen(pydantic.BaseModel, frozen=True): models: list[Model]; api_key: str
show(Model(name="n", more=1), Frozen(models=[Model(name="m")], api_key="k" * 30), pydantic.SecretStr("hunter2"))
"""

_NUMPY = """
import numpy as np
for letter in "?bBhHiIlLqQefdgFDSUVmMO":
    show(np.zeros((2, 2), letter))
grid = np.arange(24, dtype="i4").reshape(2, 3, 4)
show(np.array(2.5), np.array([]), np.zeros((0, 3)), grid, grid[:, ::-2, 1:3], grid.T, np.asfortranarray(grid[0]))
show(np.array([1, 2], ">i4"), np.array([(1, 2.5)], "i4,f8"), np.array(["2026-01-02"], "M8[D]"), np.array(["a", "bc"]))
show(np.array([{"password": "hunter2"}, None, [1]], object), np.broadcast_to(np.int8(7), (3, 10_000_000)))
class Sub(np.ndarray): pass
show(np.arange(3).view(Sub), np.ma.masked_array([1, 2], [True, False]), np.rec.array([(1, 2.0)], "i4,f8"), np.matrix([[1]]))
show(np.float64(1.5), np.int64(3), np.float32(1.5), np.bool_(True), np.datetime64("2026-01-02"), np.str_("text"))
show(np.random.default_rng, np.dtype("f8"), np.arange, memoryview(np.arange(3)))
show({"password": np.zeros(2), "token": np.zeros(2), "weights": np.zeros(2)})
"""

_SCALARS = """
import numpy as np
for letter in "?bBhHiIlLqQefdgFDGSUVO":
    for bits in (bytes(32), b"\\x01\\x3c\\x00\\x7f\\x80\\x3f\\xff\\x40" * 4, b"\\xff\\x7e" * 16, b"\\x01\\xfc" * 16):
        for it in () if letter in "SUVO" else np.frombuffer(bits, letter): show(it)
    show(np.zeros(1, letter)[0])
for half in range(0, 1 << 16, 57): show(np.uint16(half).view("f2"))
show(np.array([1.5, 2j], "c8"), np.array([1j]), np.array([0.1, 65504, -np.inf, np.nan], "f2"), np.longdouble("0.1"))
show({"password": np.int64(3), "token": np.int64(3), np.int64(1): [np.bool_(True), np.str_("text"), np.bytes_(b"b")]})
show({"password": np.datetime64("2026-01-02"), "day": np.datetime64("2026-01-02")}, np.void(b"12"), [[[[[np.int8(1)]]]]])
show(type("Own", (np.int64,), {})(3), type("Own", (np.datetime64,), {})("2026-01-02"))
"""

_DATES = """
import numpy as np
numbers = [0, 1, -1, 11, 75, -100_000, 123_456_789_012, -62_135_596_801, 1 << 62, (1 << 63) - 1, 1 - (1 << 63), -1 << 63]
numbers += np.random.default_rng(5).integers(-1 << 62, 1 << 62, 30).tolist()
numbers += [(number >> shift) for number in numbers[-30:] for shift in (20, 40)] + [*range(-720_000, 3_000_000, 35_791)]
if np.lib.NumpyVersion(np.__version__) < "2.5.0":  # whose own texts of the farthest are wrong
    numbers = [number for number in numbers if abs(number) < 1 << 57 or number == -1 << 63]
for unit in "Y M W D h m s ms us ns ps fs as 25s 7D 3M".split():
    for kind in "Mm":
        array = np.array(numbers, "i8").view(f"{kind}8[{unit}]")
        for it in array[: 12 if unit != "D" else None]: show(it)
        for part in range(0, len(array), 16): show(array[part : part + 16], array[part : part + 16, None][::-2])
        show(array[:3].astype(f">{kind}8[{unit}]"))
show(np.zeros(2, "M8"), np.zeros(2, "m8"), np.zeros(2, "m8")[0], np.zeros(2, "M8")[0])
"""

_FRAMES = """
import numpy as np, pandas as pd
mixed = pd.DataFrame({
    "n": [1, 2, 3], "f": [1.5, 2.0, 3.0], "s": ["x", "y", None], "b": [True, False, True], "o": [{}, 1, None],
    "c": pd.Categorical(["u", "v", None]), "i": pd.array([1, None, 3], dtype="Int64"), "password": ["p", "q", "r"]})
show(mixed, mixed.copy(), mixed.iloc[::2, ::-1], mixed.T, mixed.set_index("password"), mixed.set_index(["n", "password"]))
plain = pd.DataFrame({"x": [1, 2], "y": [1.5, 2.5], "z": [3, 4]})
show(plain); plain["w"] = [5, 6]; del plain["y"]; show(plain, plain[["w", "x"]], plain.describe(), plain.to_numpy())
show(pd.DataFrame(), pd.DataFrame(index=[1, 2]), pd.DataFrame(columns=["a"]), pd.DataFrame([[1, 2]], columns=["a", "a"]))
show(pd.DataFrame(np.zeros((3, 10_000))), pd.DataFrame(np.broadcast_to(np.int8(7), (10_000_000, 2)), copy=False))
show(pd.DataFrame({number: pd.array([number, None], dtype="Int16") for number in range(400)}))
wide = pd.DataFrame({f"c{number}": [number] if number % 3 else [str(number)] for number in range(90)}); show(wide)
show(pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("user", "name"), ("user", "password")])))
show(pd.DataFrame([[1, 2]], columns=pd.date_range("2026-01-01", periods=2)), pd.DataFrame([[1]], columns=pd.interval_range(0, 1)))
class Own(pd.DataFrame): pass
show(Own({"a": [1]}), [[plain]], {"token": plain, "session": plain["x"], "data": plain})
show(pd.DataFrame({"day": pd.date_range("2026-01-01", periods=2), "next": pd.date_range("2026-01-02", periods=2)}))
"""

_SERIES = """
import datetime, numpy as np, pandas as pd
series = lambda values, dtype=None: pd.Series(values, dtype=dtype, name="v")
show(series([1, 2]), series([1.5]), series(["a", None]), series(["a", None], object), series([True, None], "boolean"))
show(series([1.5, None], "Float32"), series(["a", "b", "a"], "category"), series([0, 1], "Sparse[int]"), series(range(100)))
show(series(pd.date_range("2026-01-01", periods=2, tz="UTC")), series(pd.to_timedelta([1, 2], "s")))
show(series([1, 2], "category"), series(pd.cut([1, 5], 2)), series(pd.period_range("2026", periods=2, freq="D")))
show(pd.Series({"user": "u", "password": "p", "size": 3}), pd.Series(["u", "p"], ["user", "password"], "str"))
show(pd.DataFrame({0: ["u", "p"], 1: ["v", "q"]}, index=pd.CategoricalIndex(["user", "password"])))
show(pd.Series([1, 2], name="password"), pd.Series([1], name=("a", "token")), pd.Series([1], index=pd.Index(["s"], name="secret")))
show(pd.Series([[1], {"password": "hunter2"}, "text"]), pd.Series({"a": 1, "b": 2}), pd.Series([], dtype="f4"))
for storage in ("python", "pyarrow"): show(pd.Series(["a", None, "\u00fc" * 2_000], dtype=pd.StringDtype(storage)))
import pyarrow as pa
days = [datetime.date(2026, 1, 2)]
for values, kind in (([1, None], pa.int64()), ([1.5], pa.float32()), ([True], pa.bool_()), (["t"], pa.large_string()),
                     (days, pa.date32()), ([[1]], pa.list_(pa.int8())), ([2], pa.uint8()), ([None], pa.null())):
    show(pd.Series(values, dtype=pd.ArrowDtype(kind)), pd.Series(values, dtype=pd.ArrowDtype(kind)).array)
show(series(["a"], "category").array, series([1], "Int8").array, series(["a", "b"]).array, series(days).array)
"""

_INDEXES = """
import numpy as np, pandas as pd
show(pd.Index([1, 2], name="n"), pd.Index(["a", "b"]), pd.Index([1, "a", None]), pd.RangeIndex(2, 20, 3, name="r"))
show(pd.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["n", None]), pd.CategoricalIndex(["a", None, "b"]))
show(pd.MultiIndex.from_arrays([[1, 2], ["a", "b"]], names=["n", "password"]), pd.Index(["k"], name="api_key"))
show(pd.MultiIndex.from_arrays([[1, None], pd.date_range("2026-01-01", periods=2)]), pd.MultiIndex.from_arrays([[], []]))
show(pd.date_range("2026-01-01", periods=2), pd.timedelta_range("1s", periods=2), pd.period_range("2026", periods=2, freq="D"))
show(pd.interval_range(0, 2), pd.Index([], dtype="i8"), pd.Index([1.5, None], dtype="Float64"), pd.Index([True, False]))
"""

#: What becomes of pandas' objects whose insides are not as they should be.
_BROKEN = """
import numpy as np, pandas as pd
def made(cls, **fields):
    it = object.__new__(cls)
    it.__dict__.update(fields)
    return it
frame = pd.DataFrame({"x": [1, 2]})
show(made(pd.DataFrame), made(pd.DataFrame, _mgr=None), made(pd.DataFrame, _mgr=frame["x"]._mgr), made(pd.Series))
show(made(pd.Series, _mgr=frame._mgr), made(pd.Index), made(pd.Index, _data=5), made(pd.RangeIndex, _range=[1]))
show(made(pd.MultiIndex), made(pd.MultiIndex, _names=[], _codes=[[1]], _levels=[]), made(pd.RangeIndex, _range=range(3)))
codes = [np.array([0, 1, 7, -1], "i1")]
show(made(pd.MultiIndex, _names=["a"], _codes=codes, _levels=[pd.Index(["x", "y"])]))
show(made(pd.MultiIndex, _names=["a"], _codes=codes, _levels=[]), made(pd.MultiIndex, _names=["a"], _codes=codes))
loop = made(pd.MultiIndex, _names=["a"], _codes=codes, _levels=[]); loop.__dict__["_levels"].append(loop); show(loop)
masked = pd.arrays.IntegerArray
show(made(masked), made(masked, _data=np.arange(2), _mask=np.zeros(3, bool)), made(masked, _data=[1], _mask=[False]))
show(made(pd.arrays.ArrowExtensionArray), made(pd.arrays.ArrowExtensionArray, _pa_array=[1]))
frame["x"]._mgr.__dict__["axes"][0] = None; show(frame)
other = pd.Series([1]); other._mgr.axes[0] = None; show(other)
"""

PROGRAMS = {
    "dataclasses": _START + _DATACLASSES,
    "attrs": _START + _ATTRS,
    "pydantic": _START + _PYDANTIC,
    "numpy": _START + _NUMPY,
    "scalars": _START + _SCALARS,
    "dates": _START + _DATES,
    "frames": _START + _FRAMES,
    "series": _START + _SERIES,
    "indexes": _START + _INDEXES,
    "broken": _START + _BROKEN,
}
