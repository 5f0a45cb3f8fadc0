from __future__ import annotations

from pathlib import Path

from segment_encoder import v, z

from instrumenter.trace.posmap import PositionMap


def _map(*entries: tuple[int, int, int, int]) -> PositionMap:
    """A map of (line, column, kind, number)."""
    out, previous = v(len(entries)), 0
    for line, column, kind, number in entries:
        out += v(line - previous) + v(column) + bytes([kind]) + z(number) + z(0)
        previous = line
    return PositionMap.read(b"SWMAP1\n" + out)


def test_line_before_the_first_insertion_stays() -> None:
    assert _map((3, 0, 0, 1)).original(2) == 2


def test_line_after_an_insertion_is_shifted() -> None:
    found = _map((3, 0, 1, 3), (4, 0, 0, 1), (8, 0, 0, 2))
    assert [found.original(line) for line in (3, 4, 7, 8, 100)] == [3, 3, 6, 6, 98]


def test_line_with_original_text_and_insertions_is_the_originals() -> None:
    assert _map((5, 0, 0, 2), (6, 4, 1, 1), (6, 11, 0, 2), (6, 20, 1, 1)).original(6) == 4


def test_line_whose_end_alone_is_inserted_is_the_originals() -> None:
    found = _map((2, 0, 1, 2), (3, 0, 0, 1), (13, 18, 1, 12), (15, 8, 0, 3))
    assert [found.original(line) for line in (12, 13, 14, 15)] == [11, 12, 12, 12]


def test_map_of_another_format_or_cut_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.map"
    assert PositionMap.load(path) is None
    path.write_bytes(b"SWMAP2\n\x00")
    assert PositionMap.load(path) is None
    path.write_bytes(b"SWMAP1\n\x05\x01")
    assert PositionMap.load(path) is None
