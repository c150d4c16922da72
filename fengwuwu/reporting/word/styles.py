"""Paragraph styles, heading numbers and the font table of an official document."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from fengwuwu.reporting import page
from fengwuwu.reporting.word.ooxml import element, put, set_fonts

COVER_NOTICE, QUOTE, FIGURE, TABLE_TEXT, NOTE, CONTENTS_TITLE, ANNEX_LABEL, ANNEX_TITLE, SMALL, DATE, CARD_TITLE = (
    "封面提示",
    "引文",
    "图片",
    "表格文字",
    "图表注",
    "目录标题",
    "附件标号",
    "附件标题",
    "附录文字",
    "落款",
    "卡片标题",
)
HEADING_NUMBERS = 77  # id of the numbering of headings; further ones restart it in annexes
_LEVELS = (
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
)


def add_styles(document: Any) -> None:
    """Define every style the writer uses."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    set_fonts(defaults, page.BODY_FONT)
    _normal(document)
    body, line = page.BODY_PT, page.LINE_PT
    _style(document, "Title", page.TITLE_FONT, page.TITLE_PT, align=ALIGN.CENTER, indent=False, line=35)
    _style(document, "Subtitle", page.LEVEL2_FONT, body, align=ALIGN.CENTER, indent=False)
    _style(
        document, CONTENTS_TITLE, page.TITLE_FONT, page.TITLE_PT, align=ALIGN.CENTER, indent=False, line=35, after=line
    )
    fonts = ((page.LEVEL1_FONT, False), (page.LEVEL2_FONT, False), (page.BODY_FONT, True), (page.BODY_FONT, False))
    for level, (font, bold) in enumerate(fonts):
        style = _style(
            document, f"Heading {level + 1}", font, body, bold=bold, align=ALIGN.LEFT, keep=True, outline=level
        )
        numbers = element("numPr")
        numbers.append(element("ilvl", val=level))
        numbers.append(element("numId", val=HEADING_NUMBERS))
        put(style.element.get_or_add_pPr(), numbers)
    _style(document, ANNEX_LABEL, page.LEVEL1_FONT, body, align=ALIGN.LEFT, indent=False, keep=True)
    _style(
        document,
        ANNEX_TITLE,
        page.TITLE_FONT,
        page.TITLE_PT,
        align=ALIGN.CENTER,
        indent=False,
        line=35,
        keep=True,
        after=line / 2,
        outline=0,
    )
    _style(document, CARD_TITLE, page.LEVEL1_FONT, body, align=ALIGN.CENTER, indent=False, line=24, keep=True, after=6)
    _style(document, QUOTE, page.LEVEL2_FONT, body)
    _style(
        document,
        "Caption",
        page.LEVEL1_FONT,
        page.CAPTION_PT,
        align=ALIGN.CENTER,
        indent=False,
        line=20,
        before=6,
        after=3,
    )
    picture = _style(
        document, FIGURE, page.BODY_FONT, body, align=ALIGN.CENTER, indent=False, line=None, before=6, keep=True
    )
    put(picture.element.get_or_add_pPr(), element("snapToGrid", val=0))
    for name, size, spacing in ((TABLE_TEXT, page.TABLE_PT, page.TABLE_LINE_PT), (NOTE, page.NOTE_PT, 13.0)):
        after = 2 if name == TABLE_TEXT else 8
        style = _style(
            document, name, page.SONG_FONT, size, align=ALIGN.LEFT, indent=False, line=spacing, before=2, after=after
        )
        put(style.element.get_or_add_pPr(), element("snapToGrid", val=0))
    _style(document, SMALL, page.BODY_FONT, 12, align=ALIGN.LEFT, indent=False, line=20)
    _style(document, DATE, page.BODY_FONT, body, align=ALIGN.RIGHT, indent=False)
    _style(document, COVER_NOTICE, page.LEVEL1_FONT, body, align=ALIGN.CENTER, indent=False)
    for name in ("Header", "Footer"):
        style = _style(document, name, page.SONG_FONT, page.PAGE_NUMBER_PT, align=ALIGN.CENTER, indent=False, line=18)
        put(style.element.get_or_add_pPr(), element("snapToGrid", val=0))
    for level, font in ((1, page.LEVEL1_FONT), (2, page.BODY_FONT)):
        _style(document, f"toc {level}", font, page.CONTENTS_PT, align=ALIGN.LEFT, indent=False, line=24)
    _numbering(document)
    _font_table(document)


def _normal(document: Any) -> None:
    style = _style(document, "Normal", page.BODY_FONT, page.BODY_PT)
    put(style.element.rPr, element("spacing", val=page.BODY_SPACING_TWENTIETHS))


def _style(
    document: Any,
    name: str,
    font: str,
    size: float,
    *,
    bold: bool = False,
    align: Any = ALIGN.JUSTIFY,
    indent: bool = True,
    line: float | None = page.LINE_PT,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
    outline: int | None = None,
) -> Any:
    """One paragraph style built anew: those of the template carry theme fonts and colours.

    `line` None is single spacing, which pictures need: exact spacing clips them.
    """
    styles = document.styles
    style = styles[name] if name in {s.name for s in styles} else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for properties in (style.element.get_or_add_rPr(), style.element.get_or_add_pPr()):
        properties.clear()
    if name != "Normal":
        style.base_style = styles["Normal"]
    run = style.element.rPr
    set_fonts(run, font)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    put(run, element("spacing", val=page.BODY_SPACING_TWENTIETHS if size == page.BODY_PT else 0))
    put(run, element("lang", val="en-US", eastAsia="zh-CN"))
    shape = style.paragraph_format
    shape.alignment, shape.space_before, shape.space_after = align, Pt(before), Pt(after)
    if line is None:
        shape.line_spacing = 1.0
    else:
        put(style.element.pPr, _exact(line, before, after))
    shape.widow_control, shape.keep_with_next = False, keep
    characters = 200 if indent else 0
    put(
        style.element.pPr,
        element("ind", left=0, right=0, firstLineChars=characters, firstLine=round(size * 40) if indent else 0),
    )
    if outline is not None:
        put(style.element.pPr, element("outlineLvl", val=outline))
    style.quick_style, style.hidden, style.unhide_when_used = True, False, False
    return style


def _exact(line: float, before: float, after: float) -> Any:
    twentieths = round(line * 20)
    return element("spacing", before=round(before * 20), after=round(after * 20), line=twentieths, lineRule="exact")


def _numbering(document: Any) -> None:
    """Tie the numbers 一、 （一） 1. （1） to the heading styles."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="Heading{level + 1}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLineChars="200" w:firstLine="640"/></w:pPr></w:lvl>'
        for level, (form, text) in enumerate(_LEVELS)
    )
    part = document.part.numbering_part.element
    abstract = (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{HEADING_NUMBERS}"><w:multiLevelType w:val="multilevel"/>'
    )
    part.insert(0, parse_xml(f"{abstract}{levels}</w:abstractNum>"))
    add_heading_numbers(document, HEADING_NUMBERS)


def add_heading_numbers(document: Any, identifier: int) -> None:
    """A numbering of headings under its own id; any but the first starts again at one."""
    number = element("num", numId=identifier)
    number.append(element("abstractNumId", val=HEADING_NUMBERS))
    if identifier != HEADING_NUMBERS:
        for level in range(len(_LEVELS)):
            override = element("lvlOverride", ilvl=level)
            override.append(element("startOverride", val=1))
            number.append(override)
    document.part.numbering_part.element.append(number)


def _font_table(document: Any) -> None:
    """Tell Word what to take when an official font is missing."""
    part = next(r.target_part for r in document.part.rels.values() if r.reltype.endswith("/fontTable"))
    root = parse_xml(part.blob)
    for name, alternative in page.ALTERNATIVES.items():
        font = element("font", name=name)
        for tag, value in (("altName", alternative), ("charset", "86"), ("family", "auto")):
            font.append(element(tag, val=value))
        root.append(font)
    part._blob = serialize_part_xml(root)
