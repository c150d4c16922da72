"""The application of a bureau's own projects: no label of examples anywhere, and awkward content keeps its layout."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from fengwuwu import vocabulary
from fengwuwu.reporting import Report, page
from fengwuwu.reporting.application import Application
from fengwuwu.reporting.blocks import CardBlock, FigureBlock, TableBlock
from fengwuwu.reporting.html.writer import render_html
from fengwuwu.reporting.pdf import render_pdf
from fengwuwu.reporting.word.writer import render_docx

from .application_notebook import make, project, write

LABEL = vocabulary.ILLUSTRATIVE_NOTICE


def render(report: Report, folder: Path) -> None:
    """Write a.pdf, a.docx and a.html."""
    content = report.document()
    render_pdf(content, folder / "a.pdf", system_fonts=False)
    render_docx(content, folder / "a.docx")
    render_html(content, folder / "a.html")


@dataclass(frozen=True)
class Written:
    """An application with its documents in `folder`, and their text without spaces."""

    report: Report
    folder: Path

    @cached_property
    def pages(self) -> list[str]:
        """Of the PDF; takes seconds."""
        return [re.sub(r"\s", "", sheet.extract_text()) for sheet in pypdf.PdfReader(self.folder / "a.pdf").pages]

    @cached_property
    def word(self) -> str:
        """Of the Word file with its headers."""
        with zipfile.ZipFile(self.folder / "a.docx") as archive:
            names = [name for name in archive.namelist() if re.fullmatch(r"word/(document|header\d+)\.xml", name)]
            parts = [parse_xml(archive.read(name)) for name in names]
        return "".join(t.text or "" for part in parts for t in part.iter(qn("w:t")))

    @cached_property
    def web(self) -> str:
        """Source of the web page."""
        return (self.folder / "a.html").read_text(encoding="utf-8")


def documents(report: Report, folder: Path) -> Written:
    """Write the three documents."""
    render(report, folder)
    return Written(report, folder)


def widths_fit(path: Path) -> Iterator[bool]:
    """Whether each table of a Word file is as wide as the text, and each picture no wider."""
    with zipfile.ZipFile(path) as archive:
        body = parse_xml(archive.read("word/document.xml"))
    limit = round(page.TEXT_WIDTH_MM * 1440 / 25.4) + 4
    for table in body.iter(qn("w:tbl")):
        yield sum(int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))) <= limit
    for extent in body.iter(qn("wp:extent")):
        yield int(extent.get("cx")) <= page.FIGURE_MAX_WIDTH_MM * 36000 + 1
        yield int(extent.get("cy")) <= page.FIGURE_MAX_HEIGHT_MM * 36000 + 1


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Application:
    """Four submitted projects: one ordinary, one with a 40-character name, one without place, one without cost."""
    rows = [
        project(1),
        project(2, 项目名称="名" * 40, **{"申报单位": "单位名称很长" * 8}),
        project(3, **{"乡镇": "", "经度（°）": "", "纬度（°）": "", "位置误差（km）": ""}),
        project(4, **{"总投资（万元）": "", "已落实资本金（万元）": "", "融资需求（万元）": ""}),
    ]
    floor = {"label": "适应类项目资金占比", "sense": "floor", "if_no_projects": "waive", "percent": 0.15}
    limits = {"adaptation_floor": {**floor, "benefits": ["adaptation"], "source": "测试"}}
    return make(tmp_path_factory.mktemp("自有"), rows, "奉节", limits=limits)


@pytest.fixture(scope="module")
def written(own: Application, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return documents(write(own), tmp_path_factory.mktemp("documents"))


def test_the_label_disappears_by_itself_with_own_candidates(own: Application, written: Written) -> None:
    report = written.report
    assert own.plan.data_kind == "submitted"
    assert report.notice == ""
    marked = [b for b in report.blocks if isinstance(b, TableBlock | FigureBlock | CardBlock) and b.illustrative]
    assert not marked
    for text in ("".join(written.pages), written.word, written.web):
        assert LABEL not in text
        assert "（示例）" not in text


def test_the_label_stands_everywhere_with_the_illustrative_batch(tmp_path: Path) -> None:
    rows = [project(number, **{"数据性质": "示例"}) for number in (1, 2)]
    report = write(make(tmp_path, rows, "奉节"))
    made = documents(report, tmp_path)
    assert all(LABEL in text for text in made.pages)
    assert f"【{LABEL}】" in made.pages[0]
    assert f"【{LABEL}】" in made.word
    assert LABEL in made.web
    about_plan = {
        "money",
        "funded",
        "starts",
        "costs",
        "flow",
        "share",
        "schedule",
        "candidate_list",
        "admission",
        "cards",
    }
    shown = [b for b in report.blocks if isinstance(b, TableBlock | FigureBlock)]
    assert about_plan <= {b.name for b in shown}
    assert all(b.illustrative for b in shown if b.name in about_plan)
    assert all(b.illustrative for b in report.blocks if isinstance(b, CardBlock))


def test_a_floor_that_was_waived_is_said(written: Written) -> None:
    for text in ("".join(written.pages), written.word, written.web):
        assert "没有可参加的项目，未执行下限“适应类项目资金占比”。" in text


def test_long_names_no_place_and_no_cost_keep_the_layout(written: Written) -> None:
    assert all(widths_fit(written.folder / "a.docx"))
    cards = {block.title: block for block in written.report.blocks if isinstance(block, CardBlock)}
    assert set(cards) == {"风电场1号工程", "名" * 40, "风电场3号工程"}, "without a cost nothing can be funded"
    assert cards["风电场1号工程"].png
    assert not cards["风电场3号工程"].png
    assert "坐标待补充" in cards["风电场3号工程"].place
    for title in cards:
        assert sum(title in text and "方案开工年" in text and "待补充事项" in text for text in written.pages) == 1, (
            "one page"
        )
    assert "nan" not in written.word.lower()
    assert "None" not in written.word


def test_a_county_without_anything(own: Application, tmp_path: Path) -> None:
    """No public project, no candidate, nothing funded: the chapters stand, and say so."""
    rows = [project(1)]
    made = documents(write(make(tmp_path, rows, "巫溪")), tmp_path)
    assert all(widths_fit(tmp_path / "a.docx"))
    for text in (made.word, made.web):
        assert "本方案没有支持涉及巫溪县的项目" in text
        assert "没有涉及巫溪县的公开项目" in text
    assert "nan" not in made.word.lower()
    assert not any(isinstance(block, CardBlock) for block in made.report.blocks)


@pytest.mark.slow
def test_three_hundred_projects(tmp_path: Path) -> None:
    counties = ("奉节县", "巫山县", "巫溪县")
    rows = [project(number, counties[number % 3]) for number in range(300)]
    report = write(make(tmp_path, rows, "区域"))
    made = documents(report, tmp_path)
    assert all(widths_fit(tmp_path / "a.docx"))
    listed = next(b for b in report.blocks if isinstance(b, TableBlock) and b.name == "candidate_list")
    assert len(listed.rows) == 300
    cards = [block for block in report.blocks if isinstance(block, CardBlock)]
    assert cards
    assert sum("方案开工年" in text for text in made.pages) == len(cards)


def test_one_changed_input_changes_every_place(tmp_path: Path) -> None:
    """Twice the cost of one project: prose, tables, card and web page all follow."""
    made = []
    for name, cost in (("a", "20000"), ("b", "23456")):
        (tmp_path / name).mkdir()
        money = {"总投资（万元）": cost, "已落实资本金（万元）": "5000", "融资需求（万元）": str(int(cost) - 5000)}
        made.append(documents(write(make(tmp_path / name, [project(1, **money)], "奉节")), tmp_path / name))
    before, after = made
    for old, new in (("20,000", "23,456"), ("2.00", "2.35")):
        assert old in before.word
        assert old in before.web
        for text in ("".join(after.pages), after.word, after.web):
            assert new in text
            assert "20,000" not in text


def test_the_same_projects_give_the_same_bytes(own: Application, written: Written, tmp_path: Path) -> None:
    render(write(own), tmp_path)
    for path in sorted(written.folder.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
