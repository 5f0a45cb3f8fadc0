"""The pages of `spans flow -o`, as a browser shows them."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from analysis_helpers import Spans, calls, in_project
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from segment_encoder import Stream
from trace_helpers import ADD, MAIN

VIEWS = ("flamegraph", "timeline", "tree")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Spans:
    spans = in_project(tmp_path, monkeypatch, capsys)
    spans.record(calls)
    return spans


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that playwright has installed where there is none."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without a network; what it complains of fails the test."""
    opened = browser.new_page(offline=True, viewport={"width": 1300, "height": 800})
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.append(message.text))
    yield opened
    opened.close()
    assert troubles == []


def _shown(page: Page) -> list[str]:
    """The names of the bars that are shown."""
    names = [box.get_attribute("data-name") for box in page.locator("g.box").all() if box.is_visible()]
    return [name for name in names if name]


def _box(page: Page, name: str, place: int = 0) -> Locator:
    return page.locator(f'g.box[data-name="{name}"]').nth(place)


def _width(box: Locator) -> float:
    return float(box.locator("rect").get_attribute("width") or 0)


@pytest.mark.parametrize("form", ["html", "svg"])
@pytest.mark.parametrize("view", VIEWS)
def test_page_zooms_and_goes_back(ran: Spans, page: Page, view: str, form: str) -> None:
    assert ran("flow", "--format", view, "-o", f"page.{form}").code == 0
    page.goto((ran.folder / f"page.{form}").as_uri())
    before, failed = _shown(page), _box(page, "Store.put")
    narrow = _width(failed)
    failed.locator("rect").click()
    zoomed = _shown(page)
    assert "add" in before and "add" not in zoomed and "Store.put" in zoomed
    assert _width(failed) > 2 * narrow
    page.locator("#reset").click()
    assert _shown(page) == before and _width(failed) == narrow
    failed.locator("rect").click()
    page.keyboard.press("Escape")
    assert _shown(page) == before


@pytest.mark.parametrize("form", ["html", "svg"])
@pytest.mark.parametrize("view", VIEWS)
def test_page_finds_by_text_and_by_pattern(ran: Spans, page: Page, view: str, form: str) -> None:
    ran("flow", "--format", view, "-o", f"page.{form}")
    page.goto((ran.folder / f"page.{form}").as_uri())
    total = page.locator("g.box").count()
    page.locator("#search").fill("PUT")
    assert page.locator("g.found").count() == 1 and page.locator("#count").inner_text() == f"1 of {total}"
    page.locator("#search").fill("^(main|Store.*)$")
    assert page.locator("#count").inner_text() == f"2 of {total}"
    page.locator("#search").fill("a(")
    assert page.locator("#count").inner_text() == f"0 of {total}"
    page.locator("#search").fill("")
    assert page.locator("g.found").count() == 0 and page.locator("#count").inner_text() == ""


def test_page_zooms_with_the_wheel(ran: Spans, page: Page) -> None:
    ran("flow", "--format", "timeline", "-o", "page.html")
    page.goto((ran.folder / "page.html").as_uri())
    box = _box(page, "add", 3)
    before = _width(box)
    box.locator("rect").hover()
    page.keyboard.down("Shift")
    page.mouse.wheel(0, -100)
    page.wait_for_function("document.getElementById('spans').classList.contains('zoomed')")
    assert _width(box) == pytest.approx(before * 1.25, rel=0.01)


@pytest.mark.parametrize("view", VIEWS)
def test_page_tells_more_of_what_is_pointed_at(ran: Spans, page: Page, view: str) -> None:
    ran("flow", "--format", view, "-o", "page.html")
    page.goto((ran.folder / "page.html").as_uri())
    told = _box(page, "Store.put").locator("title").text_content() or ""
    assert told.splitlines()[0] == "Store.put" and "app.py:9" in told
    assert ("1 call, 1 error" if view == "flamegraph" else "✗ Missing: no k") in told


def test_page_shows_names_for_what_they_are(ran: Spans, page: Page) -> None:
    def hostile(stream: Stream) -> None:
        stream.enter(MAIN)
        stream.enter(ADD, '"><script>alert(1)</script>\x00\ud800', "]]>&amp;")
        stream.leave(dt=500)
        stream.leave()

    ran.record(hostile, "20261121T091450.000000Z-7", pid=7, started=1)
    for form in ("html", "svg"):
        ran("flow", "--format", "timeline", "-o", f"page.{form}")
        page.goto((ran.folder / f"page.{form}").as_uri())
        told = _box(page, "add").locator("title").text_content() or ""
        assert '"><script>alert(1)</script>' in told and "]]>&amp;" in told


@pytest.mark.parametrize("view", VIEWS)
def test_page_needs_neither_network_nor_script_to_be_seen(ran: Spans, view: str) -> None:
    ran("flow", "--format", view, "-o", "page.svg")
    ran("flow", "--format", view, "-o", "page.html")
    text = Path("page.svg").read_text("utf-8")
    assert set(re.findall(r"https?://[^\"' )]+", text)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xhtml",
    }
    assert not re.search(r"\b(src|href)=|@import|url\(", text)
    assert "default-src 'none'" in Path("page.html").read_text("utf-8")
    boxes = list(ElementTree.fromstring(text).iter(f"{SVG}g"))
    assert len(boxes) == (3 if view == "flamegraph" else 6)
    assert all(float(one.find(f"{SVG}rect").get("width", 0)) > 0 for one in boxes)  # type: ignore[union-attr]


def test_page_that_cannot_be_written_is_one_line(ran: Spans) -> None:
    result = ran("flow", "-o", "missing/page.html")
    assert (result.code, result.err) == (5, "error: missing/page.html: No such file or directory [cannot-write]\n")
