"""The lists of the work plan: who is on them by which rule, the 1+N view, and the workbook that holds them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from fengwuwu.errors import InputError
from fengwuwu.projects import lists
from fengwuwu.projects.assess import assess
from fengwuwu.projects.lists_workbook import write

GREEN = {
    "project_id": "G",
    "project_name": "甲风电场",
    "technology": "wind_onshore",
    "stage": "feasibility",
    "admission_status": "admitted",
    "admission_score": 70.0,
    "catalogue_2025_code": "4.2.1",
    "category_used": "energy",
    "siting_result": "undetermined",
    "investment_wan_yuan": 100.0,
}
COAL = GREEN | {
    "project_id": "C",
    "technology": "coal_retrofit",
    "admission_status": "returned",
    "catalogue_2025_code": None,
}


def on(name: str, **fields: object) -> bool:
    return len(lists.members(pd.DataFrame([GREEN | fields]), name)) == 1


@pytest.mark.parametrize(
    ("fields", "green", "transition"),
    [
        ({}, True, False),
        ({"admission_status": "demonstration"}, True, False),
        ({"admission_status": "incubating"}, False, False),
        ({"catalogue_2025_code": None}, False, False),  # climate-friendly, in no item
        (COAL, False, True),
        (COAL | {"violation": "yes"}, False, False),
        (COAL | {"siting_result": "block"}, False, False),
        ({"technology": "heat_retrofit"}, True, False),  # never in both
        ({"technology": "heat_retrofit", "admission_status": "review"}, False, True),
        (COAL | {"technology": "coal_power", "stage": "operating"}, False, True),
        (COAL | {"technology": "coal_power", "stage": "idea"}, False, False),
    ],
)
def test_who_is_on_a_list(fields: dict[str, object], green: bool, transition: bool) -> None:
    assert (on(lists.GREEN, **fields), on(lists.TRANSITION, **fields)) == (green, transition)


def test_a_list_is_ordered_by_score() -> None:
    table = pd.DataFrame([GREEN, GREEN | {"project_id": "B", "admission_score": 90.0}, GREEN | {"project_id": "A"}])
    assert lists.members(table, lists.GREEN)["project_id"].tolist() == ["B", "A", "G"]


def test_the_view_keeps_kinds_of_data_apart_and_unknown_sums_unknown() -> None:
    table = pd.DataFrame([
        GREEN,
        GREEN | {"investment_wan_yuan": None, "data_kind": "submitted", "admission_status": "review"},
        GREEN | {"data_kind": "illustrative", "investment_wan_yuan": 5.0},
        GREEN | {"category_used": "transport", "investment_wan_yuan": None},
    ])
    found = lists.view(table).set_index(["category", "data_kind"])
    energy = found.loc[("能源", "申报")]
    assert energy["projects"] == 2 and energy["admitted"] == 1 and energy["review"] == 1
    assert energy["investment_wan_yuan"] == 100 and energy["without_investment"] == 1
    assert found.loc[("能源", "示例"), "investment_wan_yuan"] == 5
    assert pd.isna(found.loc[("交通", "申报"), "investment_wan_yuan"])
    assert list(found.index.get_level_values(0)) == ["能源", "能源", "交通"]


def test_the_workbook(tmp_path: Path) -> None:
    forms = [
        {"technology": "coal_power", "stage": "operating", "project_name": "=某电厂"},
        {"technology": "wind_onshore", "data_kind": "illustrative", "project_name": "示例风电"},
    ]
    table = pd.DataFrame([{"project_id": str(i), "county": "奉节县", **form} for i, form in enumerate(forms)])
    for name in ("owner", "financing_need_wan_yuan", "investment_wan_yuan", "data_kind", "stage"):
        table[name] = table.get(name)
    book = openpyxl.load_workbook(write(assess(table), tmp_path / "清单.xlsx"))
    assert book.sheetnames == ["绿色重点项目清单", "转型金融重点项目清单", "1+N总表", "N_能源", "补充材料清单"]
    coal = [cell.value for cell in book["转型金融重点项目清单"][4]]
    assert coal[1] == "=某电厂" and book["转型金融重点项目清单"]["B4"].data_type == "s"
    assert "退回" in coal and "待补充" in coal
    assert book["绿色重点项目清单"]["A4"].value == "没有符合规则的项目。"
    for name in book.sheetnames[:4]:
        said = book[name]["A2"].value
        assert "尚未核查，入库前须由人核对：“两高”项目" in said and "示范性与地方特色" in said
    assert "示例数据，不得作为申报依据" in book["N_能源"]["A3"].value


def test_another_suffix_or_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"只能存为 \.xlsx"):
        write(pd.DataFrame(), tmp_path / "清单.csv")
    table = assess(pd.DataFrame({"project_id": ["A"], "county": ["奉节县"], "project_name": ["甲"]}))
    with pytest.raises(InputError, match="写不进去"):
        write(table, tmp_path / "没有" / "清单.xlsx")
