"""The sample report through LibreOffice and Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page

from fengwuwu.reporting import page

pytestmark = pytest.mark.system


def _lines(sheet: pypdf.PageObject) -> list[str]:
    """Lines of body text: without the header and the page number."""
    lines = [re.sub(r"\s", "", line) for line in sheet.extract_text().splitlines()]
    return [line for line in lines if line and "不得作为申报依据" not in line and not re.fullmatch(r"—\d+—", line)]


def test_libreoffice_lays_out_22_lines_of_28_characters(sample: Path, check_word: Callable) -> None:
    """The first page of the body is full: 22 lines; lines of a paragraph inside hold 28 characters."""
    pdf = check_word(sample / "sample.docx")
    body = next(sheet for sheet in pdf.pages if "三县共处" in sheet.extract_text())
    lines = _lines(body)
    assert len(lines) == page.LINES_PER_PAGE
    inner = [line for line in lines if line.startswith(("足资源条件", "复、绿色交通"))]
    assert inner
    assert {len(line) for line in inner} == {page.CHARACTERS_PER_LINE}


def test_notice_stands_on_every_page_and_numbers_begin_with_the_body(sample: Path, check_word: Callable) -> None:
    pdf = check_word(sample / "sample.docx")
    texts = [re.sub(r"\s", "", sheet.extract_text()) for sheet in pdf.pages]
    assert all("示例数据，不得作为申报依据" in text for text in texts)
    numbers = [re.findall(r"—(\d+)—", text) for text in texts]
    assert numbers[:2] == [[], []]
    assert numbers[2:] == [[str(place)] for place in range(1, len(texts) - 1)]


def test_links_and_repeated_headers_survive(sample: Path, check_word: Callable) -> None:
    pdf = check_word(sample / "sample.docx")
    texts = [re.sub(r"\s", "", sheet.extract_text()) for sheet in pdf.pages]
    whole = "".join(texts)
    assert "见图1和表1，来源说明见附件2" in whole
    pages_of_list = [text for text in texts if "SL-0" in text]
    assert len(pages_of_list) > 1
    assert all("编号项目名称所在县" in text for text in pages_of_list)


def test_web_page_works_offline(sample: Path, check_page: Callable) -> None:
    def use(tab: Page) -> None:
        tab.locator("[data-fact=reduction_total]").first.click()
        origin = tab.locator("#origin")
        assert origin.is_visible()
        assert "估算" in origin.inner_text()
        assert "样例项目表" in origin.inner_text()
        origin.locator("a").click()
        assert origin.is_hidden()
        # The warning is in view wherever one reads.
        notice = tab.locator(".notice").bounding_box()
        assert notice is not None
        assert notice["y"] == 0

    check_page(sample / "sample.html", use=use)


def test_county_filter_keeps_only_that_county(sample: Path, check_page: Callable) -> None:
    def use(tab: Page) -> None:
        element = tab.locator("[data-map]").first
        tab.locator("select[data-filter=county]").select_option("巫溪县")
        expected = tab.evaluate(
            "JSON.parse(document.getElementById('data').textContent).maps.figure_map.layers.at(-1).geojson.features"
            ".filter(f => f.properties.county === '巫溪县').length"
        )
        assert int(element.get_attribute("data-visible") or 0) == expected > 0

    check_page(sample / "sample.html", use=use)


def test_printing_the_page_repeats_headers_and_the_notice(sample: Path, check_page: Callable, tmp_path: Path) -> None:
    check_page(sample / "sample.html", use=lambda tab: tab.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True))
    texts = [re.sub(r"\s", "", sheet.extract_text()) for sheet in pypdf.PdfReader(tmp_path / "a.pdf").pages]
    assert all("示例数据，不得作为申报依据" in text for text in texts)
    assert all("编号项目名称" in text for text in texts if "SL-0" in text)
