"""The XML of the Word file: page, grid, fonts, numbers, tables, fields, order; the same bytes each time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from fengwuwu.errors import ReportError
from fengwuwu.reporting import Report, page
from fengwuwu.reporting.blocks import FigureBlock
from fengwuwu.reporting.word.ooxml import ORDER, local
from fengwuwu.reporting.word.writer import render_docx

NOTICE = "示例数据，不得作为申报依据"
EXACT_579 = {"line": "579", "lineRule": "exact"}


@pytest.fixture
def parts(small_report: Callable[..., Report], tmp_path: Path) -> dict[str, Any]:
    """Parsed XML parts of the small report's Word file, by name."""
    return _parts(small_report(), tmp_path / "a.docx")


def _parts(report: Report, path: Path) -> dict[str, Any]:
    render_docx(report.document(), path)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name.removeprefix("word/"): parse_xml(archive.read(name)) for name in names}


def _get(node: Any, *path: str) -> dict[str, str]:
    """Attributes, without namespace, of the element found along the path."""
    for tag in path:
        node = node.find(qn(f"w:{tag}"))
        assert node is not None, tag
    return {key.rpartition("}")[2]: value for key, value in node.attrib.items()}


def _style(parts: dict[str, Any], name: str) -> Any:
    return next(s for s in parts["styles.xml"].iter(qn("w:style")) if _get(s, "name")["val"].lower() == name.lower())


def _text(node: Any) -> str:
    return "".join(t.text or "" for t in node.iter(qn("w:t")))


def test_page_margins_and_grid_of_the_standard(parts: dict[str, Any]) -> None:
    sections = list(parts["document.xml"].iter(qn("w:sectPr")))
    assert len(sections) == 2
    for section in sections:
        size, margin = _get(section, "pgSz"), _get(section, "pgMar")
        assert (size["w"], size["h"]) == ("11906", "16838")
        assert [margin[side] for side in ("top", "bottom", "left", "right")] == ["2098", "1984", "1587", "1474"]
        assert _get(section, "docGrid") == {"type": "lines", "linePitch": "579"}
    assert _get(sections[1], "pgNumType") == {"start": "1"}


def test_body_style(parts: dict[str, Any]) -> None:
    normal = _style(parts, "Normal")
    assert _get(normal, "rPr", "sz")["val"] == "32"
    assert _get(normal, "rPr", "spacing")["val"] == "-5"
    assert EXACT_579.items() <= _get(normal, "pPr", "spacing").items()
    assert _get(normal, "pPr", "ind")["firstLineChars"] == "200"
    assert _get(normal, "pPr", "jc")["val"] == "both"


def test_every_style_in_use_names_its_chinese_font(parts: dict[str, Any]) -> None:
    used = {p.get(qn("w:val")) for p in parts["document.xml"].iter(qn("w:pStyle"))}
    defined = {s.get(qn("w:styleId")): s for s in parts["styles.xml"].iter(qn("w:style"))}
    assert used <= set(defined)
    allowed = set(page.ALTERNATIVES)
    for name in used | {"Normal"}:
        fonts = _get(defined[name], "rPr", "rFonts")
        assert fonts["eastAsia"] in allowed, name
        assert not [key for key in fonts if key.endswith("Theme")], name
    for fonts in parts["document.xml"].iter(qn("w:rFonts")):
        assert fonts.get(qn("w:eastAsia")) in allowed


def test_fonts_have_alternatives(parts: dict[str, Any]) -> None:
    table = {f.get(qn("w:name")): f for f in parts["fontTable.xml"].iter(qn("w:font"))}
    assert {name: _get(table[name], "altName")["val"] for name in page.ALTERNATIVES} == page.ALTERNATIVES


def test_headings_are_numbered_by_word(parts: dict[str, Any]) -> None:
    levels = [
        (_get(level, "numFmt")["val"], _get(level, "lvlText")["val"], _get(level, "pStyle")["val"])
        for abstract in parts["numbering.xml"].iter(qn("w:abstractNum"))
        if abstract.get(qn("w:abstractNumId")) == "77"
        for level in abstract.iter(qn("w:lvl"))
    ]
    assert levels == [
        ("chineseCountingThousand", "%1、", "Heading1"),
        ("chineseCountingThousand", "（%2）", "Heading2"),
        ("decimal", "%3.", "Heading3"),
        ("decimal", "（%4）", "Heading4"),
    ]
    fonts = [_get(_style(parts, f"Heading {level}"), "rPr", "rFonts")["eastAsia"] for level in (1, 2, 3, 4)]
    assert fonts == ["黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312"]
    headings = [p for p in parts["document.xml"].iter(qn("w:p")) if p.style == "Heading1"]
    own = [p.pPr.numPr.numId.val if p.pPr.numPr is not None else None for p in headings]
    assert own == [None, None, 78]  # the heading in the annex starts again at 一


def test_page_numbers_stand_outside_and_the_notice_on_every_page(parts: dict[str, Any]) -> None:
    assert parts["settings.xml"].find(qn("w:evenAndOddHeaders")) is not None
    feet = [f for name, f in parts.items() if name.startswith("footer") and _text(f)]
    assert sorted(_text(foot) for foot in feet) == ["— 1 —", "— 1 —"]
    sides = sorted((_get(foot[0], "pPr", "jc")["val"], *_get(foot[0], "pPr", "ind")) for foot in feet)
    assert sides[0][0] == "left"
    assert "leftChars" in sides[0]
    assert sides[1][0] == "right"
    assert "rightChars" in sides[1]
    heads = [_text(h) for name, h in parts.items() if name.startswith("header")]
    assert heads == [NOTICE] * 4


def test_tables(parts: dict[str, Any]) -> None:
    table = next(parts["document.xml"].iter(qn("w:tbl")))
    rows = table.findall(qn("w:tr"))
    assert rows[0].find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    assert all(row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in rows)
    borders = [
        {local(side): side.get(qn("w:sz")) for side in row.find(qn("w:tc")).tcPr.find(qn("w:tcBorders"))}
        if row.find(qn("w:tc")).tcPr.find(qn("w:tcBorders")) is not None
        else {}
        for row in rows
    ]
    assert borders == [{"top": "12", "bottom": "6"}, {}, {}, {}, {"top": "6", "bottom": "12"}]
    assert [_text(row) for row in rows[1:]] == ["甲项目1,000", "乙项目待补充", "丙项目250", "合计1,250缺1"]
    widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert sum(widths) == int(_get(table, "tblPr", "tblW")["w"]) == 8844


def test_fields_pair_and_point_somewhere(parts: dict[str, Any]) -> None:
    document = parts["document.xml"]
    depth = 0
    for mark in document.iter(qn("w:fldChar")):
        depth += {"begin": 1, "separate": 0, "end": -1}[mark.get(qn("w:fldCharType"))]
        assert depth in (0, 1, 2)
    assert depth == 0
    names = [b.get(qn("w:name")) for b in document.iter(qn("w:bookmarkStart"))]
    starts, ends = ([b.get(qn("w:id")) for b in document.iter(qn(f"w:bookmark{end}"))] for end in ("Start", "End"))
    assert len(set(names)) == len(names) == len(set(starts))
    assert sorted(starts) == sorted(ends)
    codes = [(node.text or "").split() for node in document.iter(qn("w:instrText"))]
    targets = [code[1] for code in codes if code[0] in ("REF", "PAGEREF")]
    targets += [link.get(qn("w:anchor")) for link in document.iter(qn("w:hyperlink"))]
    assert targets
    assert set(targets) <= set(names)
    assert [code[0] for code in codes].count("TOC") == 1
    assert sorted(code[1] for code in codes if code[0] == "SEQ") == ["图", "表", "表"]


def test_properties_stand_in_schema_order(parts: dict[str, Any]) -> None:
    for name, root in parts.items():
        for tag, order in ORDER.items():
            for node in root.iter(qn(f"w:{tag}")):
                places = [order.index(local(child)) for child in node]
                assert places == sorted(places), (name, tag, [local(child) for child in node])


def test_contents_are_there_before_fields_are_updated(parts: dict[str, Any]) -> None:
    entries = [_text(p) for p in parts["document.xml"].iter(qn("w:p")) if p.style in ("TOC1", "toc1", "TOC2", "toc2")]
    assert entries == ["一、基础", "（一）概况", "二、安排", "附件1　卡片", "附件2　数据来源与引用文件"]


def test_pages_fill_the_contents(small_report: Callable[..., Report], tmp_path: Path) -> None:
    render_docx(small_report().document(), tmp_path / "a.docx", pages={"一、基础": 3})
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        document = parse_xml(archive.read("word/document.xml"))
    codes = [(node.text or "").split()[0] for node in document.iter(qn("w:instrText"))]
    assert codes.count("PAGEREF") == 1


def test_illustrative_tables_and_figures_say_so_and_others_do_not(parts: dict[str, Any]) -> None:
    captions = [_text(p) for p in parts["document.xml"].iter(qn("w:p")) if p.style == "Caption"]
    assert captions[:3] == ["表1　项目（示例）", "图1　曲线（示例）", "表2　步骤"]
    assert _text(parts["document.xml"]).count(f"{NOTICE}。") == 2


def test_without_a_notice_nothing_is_called_illustrative(small_report: Callable[..., Report], tmp_path: Path) -> None:
    parts = _parts(small_report(notice=""), tmp_path / "a.docx")
    assert "示例" not in "".join(_text(part) for part in parts.values())


def test_facts_are_numbered_where_used_first_and_listed(parts: dict[str, Any]) -> None:
    text = _text(parts["document.xml"])
    assert "共3个[1]项目，年减排1,234\u00a0tCO2e/年[2估算]，见表1、图1和附件1。" in text
    assert text.count("[2估算]") == 1
    assert "年减排量1,234tCO2e/年2030估算样例表；求和" in text
    assert "样例单位《工作方案》样例〔2023〕1号2023-12-01官方" in text


def test_one_changed_input_changes_every_place(small_report: Callable[..., Report], tmp_path: Path) -> None:
    before = _text(_parts(small_report(total=1000.0), tmp_path / "a.docx")["document.xml"])
    after = _text(_parts(small_report(total=2000.0), tmp_path / "b.docx")["document.xml"])
    assert before.count("1,000\u00a0tCO2e") == 2
    assert after == before.replace("1,000\u00a0tCO2e", "2,000\u00a0tCO2e").replace("1,000tCO2e", "2,000tCO2e")
    unknown = _text(_parts(small_report(total=None), tmp_path / "c.docx")["document.xml"])
    assert unknown.count("年减排待补充") == 2


def test_the_same_report_gives_the_same_bytes(small_report: Callable[..., Report], tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        render_docx(small_report().document(), tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.docx", "b.docx"]


def test_annexes_are_announced_before_the_signature(parts: dict[str, Any]) -> None:
    lines = [_text(p) for p in parts["document.xml"].iter(qn("w:p"))]
    start = lines.index("附件：1. 卡片")
    assert lines[start - 1] == ""
    assert lines[start + 1 : start + 5] == ["　　　2. 数据来源与引用文件", "", "样例单位", "二〇二六年六月"]


def test_signature_page_holds_body_text(parts: dict[str, Any]) -> None:
    """GB/T 9704: from the last paragraph of the body to the organisation each line keeps with the next."""
    paragraphs = list(parts["document.xml"].iter(qn("w:p")))
    lines = [_text(p) for p in paragraphs]
    start, end = lines.index("附件：1. 卡片") - 2, lines.index("样例单位")
    kept = [p.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") for p in paragraphs[start : end + 1]]
    assert all(mark is not None and mark.get(qn("w:val")) in (None, "1", "true") for mark in kept)


def test_a_dangling_link_writes_nothing(small_report: Callable[..., Report], tmp_path: Path) -> None:
    report = small_report()
    report.paragraph("见{table:gone}。")
    with pytest.raises(ReportError, match="不存在"):
        render_docx(report.document(), tmp_path / "a.docx")
    assert not list(tmp_path.iterdir())


def test_settings_are_chinese_and_current(parts: dict[str, Any]) -> None:
    settings = parts["settings.xml"]
    assert _get(settings, "themeFontLang")["eastAsia"] == "zh-CN"
    modes = {s.get(qn("w:name")): s.get(qn("w:val")) for s in settings.iter(qn("w:compatSetting"))}
    assert modes["compatibilityMode"] == "15"
    assert settings.find(qn("w:updateFields")) is None  # Word would ask a question at every opening


def test_each_picture_is_a_vector_with_a_raster_to_fall_back_on(
    small_report: Callable[..., Report], tmp_path: Path
) -> None:
    report = small_report()
    (figure,) = [block for block in report.blocks if isinstance(block, FigureBlock)]
    document = _parts(report, tmp_path / "a.docx")["document.xml"]
    (blip,) = document.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip")
    (vectors,) = blip.iter("{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip")
    embed = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        relations = {
            node.get("Id"): "word/" + node.get("Target", "")
            for node in parse_xml(archive.read("word/_rels/document.xml.rels"))
        }
        assert archive.read(relations[blip.get(embed)]) == figure.png
        assert archive.read(relations[vectors.get(embed)]) == figure.svg
        kinds = archive.read("[Content_Types].xml").decode()
    assert "image/svg+xml" in kinds and "image/png" in kinds
