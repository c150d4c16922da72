"""Project cards: a page each in Word and PDF however much there is to say, the place on a map where it is known."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from fengwuwu import geo
from fengwuwu.reporting import Report, units
from fengwuwu.reporting.blocks import CardBlock, CardField, Document
from fengwuwu.reporting.card_fit import LIMITS, fit, shorten
from fengwuwu.reporting.card_map import CardMap
from fengwuwu.reporting.html.writer import render_html
from fengwuwu.reporting.pdf import render_pdf
from fengwuwu.reporting.word.ooxml import ORDER, local
from fengwuwu.reporting.word.writer import render_docx

NOTICE = "示例数据，不得作为申报依据"
LAYERS = ("counties", "yangtze", "townships")


@pytest.fixture(scope="module")
def ground() -> Any:
    made = CardMap(*(geo.layer(name) for name in LAYERS), focus=["巫溪县"], notice=NOTICE)
    yield made
    made.close()


def fullest() -> list[CardField]:
    """As many entries as an application gives, each far too long."""
    pairs = [CardField(label="六个字的标签", text="长" * 60) for _ in range(14)]
    return pairs + [CardField(label="长项", text="话1234567 " * 60, wide=True) for _ in range(7)]


@pytest.fixture(scope="module")
def document(ground: CardMap) -> Document:
    report = Report("题", notice=NOTICE)
    report.heading("正文")
    report.annex("卡片", name="cards")
    report.paragraph("每项一页。")
    report.card("名" * 40, fullest(), figure=ground.draw(Point(109.6, 31.4), 5000.0))
    report.card(
        "甲项目", [CardField(label="规模", text="1 MW"), CardField(label="阶段", text="可研")], place="没有点位。"
    )
    report.card("乙项目", fullest()[:3], figure=ground.draw(Point(109.6, 31.4), 5000.0), illustrative=False)
    return report.document()


def test_fields_stand_in_pairs_and_wide_ones_alone() -> None:
    kinds = [CardField(label=str(i), text="", wide=wide) for i, wide in enumerate((False, False, False, True, False))]
    card = CardBlock(title="题", fields=kinds)
    assert [[item.label for item in line] for line in card.lines] == [["0", "1"], ["2"], ["3"], ["4"]]


def test_pdf_gives_each_card_a_page(document: Document, tmp_path: Path) -> None:
    render_pdf(document, tmp_path / "a.pdf", system_fonts=False)
    texts = [re.sub(r"\s", "", sheet.extract_text()) for sheet in pypdf.PdfReader(tmp_path / "a.pdf").pages]
    assert len(texts) == 7  # cover, contents, body, annex, three cards
    for text, title in zip(texts[4:], ("名" * 40 + "（示例）", "甲项目（示例）", "乙项目"), strict=True):
        assert title in text
        assert "位置" in text
    assert "没有点位。" in texts[5]
    assert "乙项目（示例）" not in texts[6]


def test_word_gives_each_card_a_page_and_keeps_the_form(document: Document, tmp_path: Path) -> None:
    render_docx(document, tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)), "equal maps lie in the file once"
        body = parse_xml(archive.read("word/document.xml"))
    titles = [
        p
        for p in body.iter(qn("w:p"))
        if (s := p.find(f".//{qn('w:pStyle')}")) is not None and "卡片" in s.get(qn("w:val"))
    ]
    assert len(titles) == 3
    assert all(title.find(f".//{qn('w:pageBreakBefore')}") is not None for title in titles)
    forms = [t for t in body.iter(qn("w:tbl")) if t.find(f".//{qn('w:insideV')}") is not None]
    for form in forms:
        widths = [int(column.get(qn("w:w"))) for column in form.iter(qn("w:gridCol"))]
        for row in form.iter(qn("w:tr")):
            assert row.find(f".//{qn('w:cantSplit')}") is not None
            assert sum(int(w.get(qn("w:w"))) for w in row.iter(qn("w:tcW"))) == sum(widths)
            spans = [int(s.get(qn("w:val"))) for s in row.iter(qn("w:gridSpan"))]
            assert len(list(row.iter(qn("w:tc")))) + sum(s - 1 for s in spans) in (2, 4)
    for tag, order in ORDER.items():
        for node in body.iter(qn(f"w:{tag}")):
            places = [order.index(local(child)) for child in node if local(child) in order]
            assert places == sorted(places)


def test_web_page_shows_entries_and_map(document: Document, tmp_path: Path) -> None:
    render_html(document, tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text.count('<figure class="card"') == 3
    assert text.count('alt="甲项目位置示意图"') == 0
    assert text.count("位置示意图") == 2


def test_documents_are_the_same_on_a_second_run(document: Document, tmp_path: Path) -> None:
    for write, name in ((render_docx, "docx"), (render_pdf, "pdf"), (render_html, "html")):
        first, second = tmp_path / f"1.{name}", tmp_path / f"2.{name}"
        write(document, first)
        write(document, second)
        assert first.read_bytes() == second.read_bytes()


def test_the_map_is_marked_anew_and_keeps_its_frame(ground: CardMap) -> None:
    limits = [(axes.get_xlim(), axes.get_ylim()) for axes in ground.axes]
    for shape, radius, lines in (
        (Point(109.3, 31.5), float("nan"), 2),
        (Point(109.3, 31.5), 4000.0, 3),
        (box(109.3, 31.4, 109.4, 31.5), 0.0, 3),
    ):
        ground.draw(shape, radius)
        assert len(ground.marks) == lines
    assert [(axes.get_xlim(), axes.get_ylim()) for axes in ground.axes] == limits


@pytest.mark.parametrize("county", ["奉节县", "巫山县", "巫溪县"])
def test_tall_and_wide_counties_fit_the_same_card(county: str) -> None:
    made = CardMap(*(geo.layer(name) for name in LAYERS), focus=[county])
    outlines = geo.layer("counties")
    shape = outlines.loc[outlines["county"] == county, "geometry"].iloc[0].representative_point()
    figure = made.draw(shape)
    width, height = figure.get_size_inches() * 25.4
    assert width <= 129 - 2 * 1.9, "the cell of the card"
    assert height == pytest.approx(60)
    marker = made.marks[0]
    (west, east), (south, north) = made.large.get_xlim(), made.large.get_ylim()
    assert west < marker.get_xdata()[0] < east
    assert south < marker.get_ydata()[0] < north
    made.close()


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="项目无法判断；。，a1（）", max_size=400),
    st.sampled_from([limit for pair in LIMITS for limit in pair]),
)
def test_shortened_text_fits_and_says_so(text: str, limit: float) -> None:
    shown = shorten(text, limit)
    assert units.text_width(shown) <= limit
    if shown != text:
        kept, _, tail = shown.rpartition("……")
        assert tail in ("", "（全文见项目库）")
        assert text.startswith(kept)


@pytest.mark.parametrize("length", [140, 390])
def test_entries_are_left_as_they_are_where_the_page_has_room(length: int) -> None:
    fields = [CardField(label="规模", text="1 MW"), CardField(label="选址", text="字" * length, wide=True)]
    assert fit("题", fields) == fields
