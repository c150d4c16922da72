"""Flags that look beyond one project's own figures: twins, peers, fossil lock-in, stated factors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.lock_in import lock_in
from fengwuwu.projects.peers import outliers
from fengwuwu.projects.stated_factors import doubts
from fengwuwu.projects.twins import twins

WIND = {
    "project_name": "奉节县金凤山风电场",
    "owner": "甲公司",
    "technology": "wind_onshore",
    "capacity": 50.0,
    "investment_wan_yuan": 32_500.0,
    "township": "青莲镇",
    "lon": 109.5,
    "lat": 31.0,
    "location_radius_km": 0.2,
}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{"project_id": chr(65 + i), **row} for i, row in enumerate(rows)])


FAR = {"lon": 109.9, "lat": 31.4}
VAGUE = {**FAR, "owner": "乙公司", "project_name": "乙", "location_radius_km": 5.0}


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({**FAR, "project_name": "乙", "project_code": "1"}, None),
        # filed in two counties under the county's name each time
        ({**FAR, "project_name": "巫山县金凤山风电场（二次申报）"}, "与A 名称、规模、单位相同"),
        ({**FAR, "owner": "乙公司", "project_name": "金凤山风电场项目"}, "与A 名称、规模、总投资相同"),
        ({**FAR, "owner": "乙公司", "investment_wan_yuan": 1.0}, None),
        ({**FAR, "capacity": 49.0}, None),
        ({**VAGUE, "township": "青莲镇"}, "与A 乡镇、技术、规模、总投资相同"),
        ({**VAGUE, "township": "青莲镇", "lon": None}, "与A 乡镇、技术、规模、总投资相同"),
        ({**VAGUE, "township": "青莲镇", "location_radius_km": 0.2}, None),
        ({**VAGUE, "township": "兴隆镇"}, None),
        # 0.004° of longitude at 31° N: 0.004 × 111.3 × cos 31° = 0.38 km
        ({"project_name": "乙", "owner": "乙", "capacity": 1.0, "lon": 109.504}, "点位相距不到 0.5 km"),
        ({"project_name": "乙", "owner": "乙", "capacity": 1.0, "lon": 109.506}, None),  # 0.57 km
        ({"project_name": "乙", "owner": "乙", "capacity": 1.0, "location_radius_km": 5.0}, None),
        ({"project_name": "乙", "owner": "乙", "capacity": 1.0, "technology": "solar_utility"}, None),
        ({"data_kind": "illustrative"}, None),
    ],
)
def test_twins(other: dict[str, object], words: str | None) -> None:
    found = twins(table(WIND, {**WIND, **other}), 0.5)
    assert found[1] == words if words is None else words in found[1]
    assert (found[0] is None) == (words is None)


def test_the_same_approval_code_is_one_project_and_a_crowd_is_counted() -> None:
    rows = [{"project_name": str(i), "project_code": "2401-500236"} for i in range(6)]
    found = twins(table(*rows), 0.5)
    assert found[0] == "与B、C、D 等 5 个项目统一项目代码相同" and found[5].startswith("与A、B、C 等 5 个")


def test_twins_of_nothing() -> None:
    assert twins(table(WIND).iloc[:0], 0.5).tolist() == []
    assert twins(pd.DataFrame({"project_id": ["A", "B"]}), 0.5).tolist() == [None, None]


def test_a_ratio_far_from_its_peers_is_named_with_the_median() -> None:
    projects = table(*[{"technology": "wind_onshore", "investment_wan_yuan": 100.0}] * 6)
    assessed = pd.DataFrame({PREFIX: [100.0, 110.0, 90.0, 100.0, 400.0, 30.0]})
    found = outliers(projects, assessed, 3, 5)
    assert [text is None for text in found] == [True] * 4 + [False] * 2
    assert "每万元每年 4.000 tCO2e，同类 6 个项目的中位数 1.000" in found[4]
    assert outliers(projects.iloc[2:], assessed.iloc[2:], 3, 5).tolist() == [None] * 4, "four are too few"


def test_a_ratio_needs_an_investment() -> None:
    projects = table(*[{"technology": "wind_onshore", "investment_wan_yuan": v} for v in (0.0, None, 1.0, 1.0, 1.0)])
    assert outliers(projects, pd.DataFrame({PREFIX: [1.0] * 5}), 3, 5).tolist() == [None] * 5


FOSSIL = ["lng_ship", "coal_retrofit"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"technology": "lng_ship", "completion_year": 2027.0}, "技术类型“LNG 动力船”，按寿命运行到 2047 年"),
        ({"technology": "heat_retrofit", "content": "新建燃煤热电联产机组"}, "文字“燃煤”，运行截止年份待补充"),
        ({"technology": "biomass_heat", "content": "生物质替代燃煤锅炉供热"}, None),
        ({"technology": "biomass_heat", "content": "淘汰 2 台旧燃煤锅炉"}, None),
        ({"technology": "ev_bus", "content": "替代柴油车"}, None),
        ({"technology": "heat_retrofit", "content": "淘汰燃煤锅炉，新建天然气锅炉房"}, "文字“天然气”"),
    ],
)
def test_lock_in(fields: dict[str, object], words: str | None) -> None:
    found = lock_in(table({"project_name": "甲", **fields}), pd.DataFrame({"lifetime_years_used": [20.0]}), FOSSIL)[0]
    assert found is None if words is None else words in found


@pytest.mark.parametrize(
    ("value", "area", "words"),
    [
        (0.5581, "重庆", None),
        (0.5227, "重庆", "申报 0.5227 是重庆 2022 年的值，最新为 2023 年 0.5581（公告2025年第47号"),
        (0.5227, "", "是重庆 2022 年的值"),
        (0.8587, "华中", "2019 年的 OM，单独的边际因子不能作基准线"),
        (0.7154, "华中", None),  # 0.715375 as usually rounded
        (0.5721, "", None),
        (0.9, "重庆", "因子表中没有这个值"),
        (0.5703, "全国", "申报 0.5703 是已被取代的旧因子（全国，企业核算用全国电网因子（环办气候函〔2023〕43号））"),
        (np.nan, "重庆", None),
    ],
)
def test_a_stated_factor(value: float, area: str, words: str | None) -> None:
    found = doubts(table({"claimed_factor": value, "claimed_factor_area": area or None}))
    assert found.shape == (1,)
    assert found[0] is None if words is None else words in found[0]


def test_no_stated_factor() -> None:
    assert doubts(table({}, {})).tolist() == [None, None]
    assert doubts(table(WIND).iloc[:0]).shape == (0,)
