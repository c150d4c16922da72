"""PDF by typst: the page style, embedded fonts, PDF/A, and the same bytes on a second run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from fengwuwu.errors import ReportError
from fengwuwu.reporting import Report, page
from fengwuwu.reporting.pdf import render_pdf


def rendered(report: Report, path: Path) -> tuple[pypdf.PdfReader, dict[str, int]]:
    pages = render_pdf(report.document(), path, system_fonts=False)
    return pypdf.PdfReader(path), pages


def text(sheet: pypdf.PageObject) -> str:
    return re.sub(r"\s", "", sheet.extract_text())


def embedded(pdf: pypdf.PdfReader) -> dict[str, bool]:
    """Font name → whether its file is in the document."""
    found: dict[str, bool] = {}
    for sheet in pdf.pages:
        for font in sheet["/Resources"].get("/Font", {}).values():  # type: ignore[union-attr]
            for part in font.get_object()["/DescendantFonts"]:
                descriptor = part.get_object()["/FontDescriptor"]
                names = {"/FontFile", "/FontFile2", "/FontFile3"}
                found[str(descriptor["/FontName"])] = bool(names & set(descriptor))
    return found


def test_paper_notice_and_page_numbers(small_report: Callable[..., Report], tmp_path: Path) -> None:
    report = small_report()
    pdf, pages = rendered(report, tmp_path / "a.pdf")
    for sheet in pdf.pages:
        size = [round(float(side) * 25.4 / 72) for side in (sheet.mediabox.width, sheet.mediabox.height)]
        assert size == [page.PAGE_WIDTH_MM, page.PAGE_HEIGHT_MM]
        assert report.notice in text(sheet)
    numbers = [re.findall(r"—(\d+)—", text(sheet)) for sheet in pdf.pages]
    assert numbers[:2] == [[], []], "cover and contents carry none"
    assert numbers[2:] == [[str(place)] for place in range(1, len(numbers) - 1)]
    contents = text(pdf.pages[1])
    for entry, number in pages.items():
        assert re.sub(r"\s", "", entry) in contents
        assert re.sub(r"\s", "", entry.partition("　")[2] or entry) in text(pdf.pages[number + 1])


def test_fonts_are_embedded_and_it_says_pdf_a(small_report: Callable[..., Report], tmp_path: Path) -> None:
    pdf, _ = rendered(small_report(), tmp_path / "a.pdf")
    fonts = embedded(pdf)
    assert fonts
    assert all(fonts.values())
    assert all("Noto" in name for name in fonts), "only fonts that come with the package"
    assert b"pdfaid:part" in (tmp_path / "a.pdf").read_bytes()


def test_the_same_report_gives_the_same_bytes(small_report: Callable[..., Report], tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        render_pdf(small_report().document(), tmp_path / name, system_fonts=False)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_page_holds_22_lines(small_report: Callable[..., Report], tmp_path: Path) -> None:
    report = small_report()
    report.heading("正文")
    for _ in range(12):
        report.paragraph("生态环境部门收集项目申报表，判断哪些项目真正气候友好，为其中最好的项目配置资金。" * 4)
    pdf, _ = rendered(report, tmp_path / "a.pdf")
    lines = [
        [line for line in sheet.extract_text().splitlines() if line.strip()]
        for sheet in pdf.pages
        if text(sheet).count("生态环境部门") >= 12
    ]
    assert lines, "a page full of prose"
    for sheet in lines:
        body = [line for line in sheet if report.notice not in line and not re.fullmatch(r"\s*—.*—\s*", line)]
        assert len(body) == page.LINES_PER_PAGE
        inner = [len(re.sub(r"\s", "", line)) for line in body if not line.startswith("　")]
        assert max(inner) in (page.CHARACTERS_PER_LINE, page.CHARACTERS_PER_LINE + 1)  # punctuation may be squeezed


def test_a_missing_glyph_is_one_chinese_message(small_report: Callable[..., Report], tmp_path: Path) -> None:
    report = small_report()
    report.paragraph("此处有一个字体没有的字：𰻝。")
    with pytest.raises(ReportError, match="PDF 没有写成"):
        render_pdf(report.document(), tmp_path / "a.pdf", system_fonts=False)
    assert not (tmp_path / "a.pdf").exists()


def test_long_tables_repeat_their_header(small_report: Callable[..., Report], tmp_path: Path) -> None:
    import pandas as pd

    report = small_report()
    frame = pd.DataFrame({"编号": [f"R{i:03d}" for i in range(80)], "名称": ["甲"] * 80})
    report.table(frame, name="long", caption="长表", illustrative=False)
    pdf, _ = rendered(report, tmp_path / "a.pdf")
    sheets = [text(sheet) for sheet in pdf.pages if re.search(r"R\d{3}", text(sheet))]
    assert len(sheets) > 1
    assert all("编号" in sheet for sheet in sheets)


def test_pictures_are_vectors(small_report: Callable[..., Report], tmp_path: Path) -> None:
    report = small_report()
    assert any(block.kind == "figure" for block in report.blocks)
    pdf, _ = rendered(report, tmp_path / "a.pdf")
    assert not [image for sheet in pdf.pages for image in sheet.images], "a raster picture blurs when printed large"
