"""Paper, margins, headers and page numbers."""

from __future__ import annotations

from typing import Any

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from fengwuwu.reporting import page
from fengwuwu.reporting.word.ooxml import element, field, put, set_fonts


def set_up(section: Any) -> None:
    """A4 with the margins and the line grid of GB/T 9704."""
    section.page_width, section.page_height = Mm(page.PAGE_WIDTH_MM), Mm(page.PAGE_HEIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(page.TOP_MM), Mm(page.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(page.LEFT_MM), Mm(page.RIGHT_MM)
    section.header_distance, section.footer_distance = Mm(page.HEADER_MM), Mm(page.FOOTER_MM)
    put(section._sectPr, element("docGrid", type="lines", linePitch=page.LINE_TWENTIETHS))


def front_matter(document: Any, notice: str) -> None:
    """The first section: cover and contents, with the notice and without page numbers."""
    _settings(document)
    section = document.sections[0]
    set_up(section)
    _headers(section, notice)
    for footer in (section.footer, section.even_page_footer):
        footer.is_linked_to_previous = False


def body(document: Any, notice: str) -> None:
    """Begin the second section: numbered from 1, on a new page."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_up(section)
    put(section._sectPr, element("pgNumType", start=1))
    _headers(section, notice)
    for footer, align, side in (
        (section.footer, ALIGN.RIGHT, "right"),
        (section.even_page_footer, ALIGN.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.alignment = align
        # One character in from the outer edge.
        indent = element(
            "ind", firstLineChars=0, firstLine=0, **{f"{side}Chars": 100, side: round(page.PAGE_NUMBER_PT * 20)}
        )
        put(paragraph._p.get_or_add_pPr(), indent)
        paragraph.add_run("— ")
        field(paragraph, "PAGE", "1")
        paragraph.add_run(" —")
        for run in paragraph.runs:
            set_fonts(run._r.get_or_add_rPr(), page.SONG_FONT, page.SONG_FONT)


def _settings(document: Any) -> None:
    """Today's layout rules, Chinese as the language of East Asian text (the template says Japanese), no thumbnail."""
    document.settings.odd_and_even_pages_header_footer = True
    root = document.settings.element
    root.find(qn("w:zoom")).set(qn("w:percent"), "100")
    root.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    for setting in root.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]


def _headers(section: Any, notice: str) -> None:
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        if not notice:
            continue
        run = paragraph.add_run(notice)
        set_fonts(run._r.get_or_add_rPr(), page.LEVEL1_FONT)
        run.font.size, run.font.color.rgb = Pt(page.TABLE_PT), RGBColor(0xA0, 0, 0)
        border = element("pBdr")
        border.append(element("bottom", val="single", sz=6, space=4, color="A00000"))
        put(paragraph._p.get_or_add_pPr(), border)
