"""What changed between two dates: new projects, altered fields, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects.changes import updates, versions
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）", "项目阶段"]


def entry(version: int, at: str, project: str, field: str, old: str | None, new: str | None) -> dict[str, object]:
    return {
        "version": version,
        "at": f"{at}.000+00:00",
        "by": "甲",
        "reason": "",
        "file": f"{version}.xlsx",
        "project_id": project,
        "field": field,
        "header": field,
        "old": old,
        "new": new,
    }


# Version 2 is written at 23:30 on 30 June in UTC: the first of July in China.
HISTORY = pd.DataFrame([
    entry(1, "2026-06-01T01:00:00", "A", "stage", None, "idea"),
    entry(1, "2026-06-01T01:00:00", "B", "stage", None, "idea"),
    entry(2, "2026-06-30T23:30:00", "A", "stage", "idea", "approved"),
    entry(2, "2026-06-30T23:30:00", "C", "stage", None, "idea"),
    entry(2, "2026-06-30T23:30:00", "C", "investment_wan_yuan", None, "1200"),
    entry(3, "2026-08-01T01:00:00", "C", "investment_wan_yuan", "1200", None),
])


def test_versions_count_new_and_known_projects() -> None:
    table = versions(HISTORY)
    assert table["version"].tolist() == [1, 2, 3]
    assert table["added"].tolist() == [2, 1, 0]
    assert table["changed"].tolist() == [0, 1, 1]
    assert table["date"].tolist() == ["2026-06-01", "2026-07-01", "2026-08-01"]


def test_updates_are_in_words_and_leave_out_what_new_projects_came_with() -> None:
    table = updates(HISTORY)
    assert table[["project_id", "old", "new"]].to_numpy().tolist() == [
        ["A", "谋划", "核准备案"],
        ["C", "1,200", "待补充"],
    ]


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        ("2026-06-30", "", [2, 3]),
        ("2026-07-01", "", [3]),
        ("", "2026-06-30", [1]),
        ("2026-06-30", "2026-07-01", [2]),
        ("2026-08-01", "", []),
    ],
)
def test_a_day_ends_in_china(since: str, until: str, wanted: list[int]) -> None:
    assert versions(HISTORY, since, until)["version"].tolist() == wanted
    assert set(updates(HISTORY, since, until)["file"]) == {f"{n}.xlsx" for n in wanted if n > 1}


def test_no_date_is_refused() -> None:
    with pytest.raises(InputError, match="不是日期"):
        versions(HISTORY, "去年")


def test_a_library_tells_its_whole_history(library: Library, workbook: Make) -> None:
    assert len(versions(library.history())) == 0
    assert len(updates(library.history())) == 0
    library.import_file(workbook([HEAD, ["FJ-1", "一", "奉节县", 100, "谋划"], ["FJ-2", "二", "奉节县", None, None]]))
    library.import_file(
        workbook([HEAD, ["FJ-2", "二", "奉节县", 50, None], ["FJ-3", "三", "巫山县", None, None]], "b.xlsx")
    )
    table = versions(library.history())
    assert table[["file", "added", "changed"]].to_numpy().tolist() == [["forms.xlsx", 2, 0], ["b.xlsx", 1, 1]]
    changed = updates(library.history())
    assert changed[["project_id", "header", "old", "new"]].to_numpy().tolist() == [
        ["FJ-2", "总投资（万元）", "待补充", "50"]
    ]


def test_decisions_are_told_in_words(library: Library, workbook: Make) -> None:
    library.import_file(workbook([HEAD, ["FJ-1", "甲", "奉节县"]]))
    library.decide("FJ-1", "admitted", "联席会议", "李科")
    told = updates(library.history())
    assert told[["header", "old", "new"]].to_numpy().tolist()[:2] == [
        ["人工决定·入库结论", "无", "入库"],
        ["人工决定·入库结论·理由", "无", "联席会议"],
    ]
