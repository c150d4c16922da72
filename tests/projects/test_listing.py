"""Projects in words, from the shipped data, as the command line prints them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fengwuwu import paths
from fengwuwu.projects.assess import assess
from fengwuwu.projects.library import Library
from fengwuwu.projects.listing import description, listing, outdated, story


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    opened = Library.open(tmp_path_factory.mktemp("listing") / "library.gpkg")
    opened.import_file(paths.PROJECTS / "public_projects.csv", by="录入员", reason="首次载入")
    return opened


def test_listing_has_a_line_per_project_in_labels(library: Library) -> None:
    table = listing(library.projects())
    assert len(table) == 74
    wind = table[table["项目编号"] == "FJ02"].iloc[0]
    assert wind["技术类型"] == "陆上风电"
    assert wind["总投资（万元）"] == "待补充", "unknown is not printed as 0 or nan"
    assert wind["数据性质"] == "公开"


def test_description_shows_the_calculation_step_by_step(library: Library) -> None:
    projects = library.projects()
    text = description(assess(projects[projects["project_id"] == "FJ02"]))
    # 230 GWh × 0.5581 tCO2/MWh, the lower of the two bases
    printed = {
        name: next(line for line in text.splitlines() if name in line).split() for name in ("ER_average", " ER ")
    }
    assert "128,363" in printed["ER_average"] and "128,363" in printed[" ER "]
    factor = next(line for line in text.splitlines() if "EF_average" in line)
    assert "重庆 2023 电力平均排放因子（参与排序）" in factor and " 0.5581 " in factor and "官方" in factor
    assert "公告2025年第47号（2025-12-31），2023 年" in text
    for part in ("一、申报内容", "二、分类", "三、减排核算", "四、选址", "五、入库"):
        assert part in text
    assert "nan" not in text and "None" not in text


@pytest.mark.parametrize("project_id", ["FJ05", "FJ09", "REG03", "WS40"])
def test_description_of_comparators_and_unknowns_has_no_gap(library: Library, project_id: str) -> None:
    projects = library.projects()
    text = description(assess(projects[projects["project_id"] == project_id]))
    assert "nan" not in text and "None" not in text and "<NA>" not in text


@pytest.mark.parametrize(
    ("name", "said"),
    [("生态工业园区道路工程", "不归入气候友好类别（建议）"), ("某项目", "待补充（待复核）")],
)
def test_no_class_by_judgement_is_told_from_no_answer(library: Library, name: str, said: str) -> None:
    projects = library.projects().iloc[:1].assign(project_name=name, technology=None, content=None)
    assert f"  类别：{said}" in description(assess(projects)).splitlines()


def test_story_says_who_when_why_and_what_changed(library: Library, tmp_path: Path) -> None:
    changed = tmp_path / "更正.csv"
    changed.write_text(
        "项目编号,项目名称,所在县,项目阶段\nFJ03,奉节县康乐60MW复合光伏发电项目,奉节县,投运\n", encoding="utf-8"
    )
    library.import_file(changed, by="张三", reason="并网通知")
    text = story(library.history("FJ03"))
    assert "录入员，事由：首次载入" in text
    assert "张三，事由：并网通知" in text
    assert "项目阶段：在建 → 投运" in text
    assert "依据：更正.csv 第 2 行" in text


def test_an_outdated_assessment_says_why() -> None:
    kept = pd.Series({"assessment_changes": None, "assessment_stale": False})
    assert outdated(kept) == ""
    assert "项目在上次评估之后有变更" in outdated(pd.Series(kept.to_dict() | {"assessment_stale": True}))
    kept["assessment_changes"] = "factors 重庆 2023 电力平均排放因子：0.5581 → 0.56"
    assert "0.5581 → 0.56。请重新运行" in outdated(kept)
