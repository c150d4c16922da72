"""Suspicious values: told with what, where and what to do, and kept with the row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fengwuwu import reference
from fengwuwu.projects import checks, plausibility
from fengwuwu.projects.columns import Columns
from fengwuwu.projects.library import Library
from fengwuwu.projects.technologies import technologies

WIND = {"technology": "wind_onshore", "capacity": 10.0, "capacity_unit": "MW"}


def said(**values: object) -> list[str]:
    return [finding.message for _, _, finding in checks.check(Columns([{"county": "奉节县", **values}]))]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({**WIND, "investment_wan_yuan": 6500.0}, ""),
        ({**WIND, "investment_wan_yuan": 9000.0}, ""),
        ({**WIND, "investment_wan_yuan": 65.0}, "单位投资 6.5 万元/MW，不在陆上风电的常见范围 450–900 内（假设）。"),
        ({**WIND, "investment_wan_yuan": 65.0, "capacity_unit": "台"}, ""),
        ({**WIND, "investment_wan_yuan": 65.0, "capacity": 0.0}, ""),
        ({**WIND, "capacity": None, "investment_wan_yuan": 65.0}, ""),
        ({**WIND, "annual_output": 20.0, "annual_output_unit": "GWh"}, ""),
        (
            {**WIND, "annual_output": 200.0, "annual_output_unit": "GWh"},
            "年等效利用小时数 20000 h，不在陆上风电的常见范围 1800–2400 内（未核实）。",
        ),
        (
            {**WIND, "full_load_hours": 900.0, "annual_output": 20.0, "annual_output_unit": "GWh"},
            "年等效利用小时数 900 h，不在陆上风电的常见范围 1800–2400 内（未核实）。",
        ),
        (
            {
                "technology": "afforestation",
                "capacity": 100.0,
                "capacity_unit": "ha",
                "claimed_reduction_t_per_year": 3000.0,
            },
            "单位申报年减排量 30 tCO2e/ha，不在造林的常见范围 3–20 内（未核实）。",
        ),
        ({"technology": "other", "capacity": 1.0, "investment_wan_yuan": 1e9}, ""),
    ],
)
def test_figures_against_their_range(values: dict[str, object], message: str) -> None:
    assert said(**values) == ([message] if message else [])


def test_ranges_are_of_known_technologies_and_in_their_units() -> None:
    table = reference.table("plausible_ranges")
    assert set(table["technology"]) <= set(technologies())
    assert not table.duplicated(["technology", "quantity"]).any()
    assert (table["low"] < table["high"]).all()
    for row in table.itertuples():
        if row.quantity != "full_load_hours":
            assert row.unit.partition("/")[2].strip("()") == technologies()[row.technology].capacity_unit
    hours = [
        (name, limits.quantity)
        for name, found in plausibility.ranges().items()
        for limits in found
        if limits.unit == "h"
    ]
    assert len(hours) == len(set(hours)), "hours stand in one table only"


@pytest.mark.parametrize(
    ("place", "radius", "message"),
    [
        ((109.46, 31.02), None, ""),
        ((109.88, 31.08), None, "不在奉节县范围内，而在巫山县（容差 0.25 km）"),
        ((109.88, 31.08), 50.0, ""),
        ((106.55, 29.56), 5.0, "不在奉节县范围内，也不在三县之内（容差 5.25 km）"),
    ],
)
def test_points_against_the_county_within_both_errors(
    place: tuple[float, float], radius: float | None, message: str
) -> None:
    found = said(lon=place[0], lat=place[1], location_radius_km=radius)
    assert [message in text for text in found] == ([True] if message else [])


def test_warnings_stay_with_the_row_with_place_and_remedy(library: Library, workbook: Callable[..., Path]) -> None:
    path = workbook([
        ["项目编号", "项目名称", "所在县", "乡镇", "经度", "纬度", "技术类型", "装机（万千瓦）", "总投资（万元）"],
        ["示例-1", "示例：甲", "奉节县", "大昌镇", 31.27, 109.79, "陆上风电", 5, 3.2],
    ])
    result = library.import_file(path)
    assert result.accepted == 1
    problems = result.problems
    assert set(problems["severity"]) == {"warning"}
    assert problems["row"].tolist() == [2] * 4
    assert problems["column"].tolist() == ["经度", "经度", "乡镇", "总投资（万元）"]
    assert problems["remedy"].str.len().min() > 0
    kept = library.show("示例-1")["intake_warnings"]
    for words in ("填反", "而在巫山县", "“大昌镇”属于巫山县", "单位投资 0.064 万元/MW"):
        assert words in kept
