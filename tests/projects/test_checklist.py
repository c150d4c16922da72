"""What owners are asked for: what they left out and can know, nothing else."""

from __future__ import annotations

import pandas as pd

from fengwuwu.projects.assess import assess
from fengwuwu.projects.checklist import checklist

FULL = {
    "project_id": "FJ-1",
    "project_name": "甲",
    "owner": "某公司",
    "data_kind": "submitted",
    "county": "奉节县",
    "township": "康乐镇",
    "lon": 109.3,
    "lat": 31.1,
    "location_radius_km": 1.0,
    "technology": "solar_utility",
    "content": "集中式光伏",
    "capacity": 50.0,
    "capacity_unit": "MW",
    "annual_output": 55.0,
    "annual_output_unit": "GWh",
    "investment_wan_yuan": 20000.0,
    "financing_need_wan_yuan": 16000.0,
    "annual_revenue_wan_yuan": 1800.0,
    "violation": "no",
    "benefit_claims": "未申领",
}


def asked(**changes: object) -> list[str]:
    table = checklist(assess(pd.DataFrame([FULL | changes])))
    return table["missing"].tolist()


def test_a_full_form_is_not_asked() -> None:
    assert asked() == []


def test_each_gap_is_named() -> None:
    assert asked(lon=None) == ["坐标"]
    assert asked(location_radius_km=None) == ["位置误差"]
    assert asked(content=None, violation=None) == ["建设内容与规模、失信或重大环保违法"]
    assert asked(annual_output=None, capacity=None) == ["减排核算所需的装机规模（MW）或年上网电量（GWh）"]


def test_an_unknown_technology_is_asked_once() -> None:
    assert asked(technology=None) == ["技术类型"]


def test_what_nobody_publishes_is_not_asked_of_public_projects() -> None:
    gaps = {"financing_need_wan_yuan": None, "annual_revenue_wan_yuan": None, "violation": None}
    assert asked(**gaps) == ["融资需求、年收入、失信或重大环保违法"]
    assert asked(**gaps, data_kind="public") == []


def test_projects_a_gate_returned_are_not_asked() -> None:
    assert asked(technology="coal_power", township=None) == []


def test_only_who_could_claim_a_benefit_is_asked_for_claims() -> None:
    assert asked(benefit_claims=None) == ["已申领的环境权益"]
    assert asked(benefit_claims=None, technology="pumped_storage") == []
    assert asked(benefit_claims=None, data_kind="public") == []
