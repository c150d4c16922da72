"""Every gate, flag and part of the score, read from its table: a project it stops or marks, and one it does not.

Their conditions are code, so a rule that is added fails `test_no_rule_is_without_its_two_cases` until its two cases are
written down.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from fengwuwu import reference
from fengwuwu.projects import admission
from fengwuwu.projects.assess import Context, assess
from fengwuwu.vocabulary import ADMISSION

from .made_up_county import OUTSIDE, PLAIN

Cases = Callable[[dict[str, object]], pd.Series]
RULES = reference.table("admission_rules").set_index("id", drop=False)
WIND = {
    "project_id": "W",
    "project_name": "某风电场",
    "county": "奉节县",
    "township": "甲镇",
    **OUTSIDE,
    "location_radius_km": 0.05,
    "technology": "wind_onshore",
    "content": "50 MW 风电",
    "stage": "approved",
    "capacity": 50.0,
    "capacity_unit": "MW",
    "annual_output": 100.0,
    "annual_output_unit": "GWh",
    "investment_wan_yuan": 32_500.0,
    "own_capital_wan_yuan": 6_500.0,
    "financing_need_wan_yuan": 26_000.0,
    "annual_revenue_wan_yuan": 3_000.0,
    "violation": "no",
    "source": "可研报告",
    "project_code": "2401-500236-04-01-000000",
    "benefit_claims": "未申领",
}
BUILDING = {"capacity": None, "capacity_unit": None, "annual_output": None, "annual_output_unit": None}
# The gate by id: what it stops, the result; the sound project above passes each of them.
GATES: dict[str, tuple[dict[str, object], str]] = {
    "A1": ({"county": "云阳县"}, "returned"),
    "A2": ({"technology": "road", **BUILDING}, "returned"),
    "N1": ({"technology": "coal_power"}, "returned"),
    "N1b": ({"technology": "lng_station"}, "review"),
    "N5": ({"violation": "yes"}, "returned"),
    "N6": ({"lon": 109.6}, "returned"),
    "N7": ({"technology": "sewage_upgrade", "annual_output": -1.0}, "returned"),
    "N8": ({"benefit_claims": "绿证:2024-2025;CCER:2025-2030"}, "returned"),
    "N9": ({"technology": "hydro", "capacity": 20.0}, "returned"),
    "N11": ({"claimed_reduction_t_per_year": 1e6}, "review"),
}
FLAGS: dict[str, dict[str, object]] = {
    "F1": {"claimed_reduction_t_per_year": 100_000.0},
    "F2": {"annual_output": None},
    "F3": {"content": None},
    "F4": {"declared_benefit": "adaptation"},
    "F5": {"technology": "road", "climate_fraction": 0.5},
    "F6": {"capital_ratio_min": 0.1},
    "F7": {"technology": "heat_pump", "annual_output": 1000.0, "annual_output_unit": "GJ"},
    "F8": {"claimed_reduction_t_per_year": 5.0, "capacity": None, "annual_output": None},
    "F11": {"technology": "lng_ship"},
    "F12": {"benefit_claims": "绿证:2024-2025;CCER:2025-2030"},
    "F13": {"claimed_factor": 0.5227, "claimed_factor_area": "重庆"},
}
SOLAR = {"technology": "solar_distributed", "annual_output": 100.0}
# Parts of the score: the rules' points are reached by the first case and missed by the second.
FLOOD = {"technology": "flood_control", "capacity": 5.0, "capacity_unit": "km", "annual_output": None}
SCORES: dict[str, tuple[str, dict[str, object], dict[str, object]]] = {
    "S1a": ("年减排量", {"annual_output": 1000.0}, {"annual_output": 1.0}),
    "S1b": ("年减排量", SOLAR, SOLAR | {"annual_output": 1.0}),
    "S1c": (
        "年减排量",
        {"technology": "afforestation", **BUILDING, "capacity": 9000.0, "capacity_unit": "ha"},
        {"technology": "afforestation", **BUILDING, "capacity": 9.0, "capacity_unit": "ha"},
    ),
    "S2": ("单位投资减排量", {}, {"investment_wan_yuan": 1e9}),
    "S3p": ("核算质量", {}, {"annual_output": None}),
    "S3d": ("核算质量", {"annual_output": None}, {"annual_output": None, "capacity": None}),
    "S3m": (
        "核算质量",
        {"technology": "afforestation", **BUILDING, "capacity": 9.0, "capacity_unit": "ha"},
        {"annual_output": None},
    ),
    "S4a": ("融资准备", {}, {"financing_need_wan_yuan": None}),
    "S4b": ("融资准备", {}, {"own_capital_wan_yuan": 0.0}),
    "S4c": ("融资准备", {}, {"annual_revenue_wan_yuan": 0.0}),
    "S5a": ("成熟度", {"stage": "idea"}, {"stage": None}),
    "S5b": ("成熟度", {"stage": "feasibility"}, {"stage": "idea"}),
    "S5c": ("成熟度", {"stage": "approved"}, {"stage": "feasibility"}),
    "S5d": ("成熟度", {"stage": "construction"}, {"stage": "approved"}),
    "S7": ("适应效益", FLOOD, {}),
    "S8": ("数据质量", {}, {"source": None}),
}
# In the tests below, for these have no single project as their case.
ELSEWHERE = {"S6", "F9", "F10", "F10n", *RULES.index[RULES["kind"].isin(["open", "threshold"])]}


def assessed(**fields: object) -> pd.Series:
    return assess(pd.DataFrame([{**WIND, **fields}]), context=Context(PLAIN)).iloc[0]


@pytest.fixture(scope="module")
def cases() -> Cases:
    """Each case assessed, all of them at once; those that compare projects with one another are not asked here."""
    rows: list[dict[str, object]] = [{}, *(fields for fields, _ in GATES.values()), *FLAGS.values()]
    rows += [fields for _, *pair in SCORES.values() for fields in pair]
    named = [{**WIND, "project_id": f"W{i}", "project_code": f"2401-{i}", **row} for i, row in enumerate(rows)]
    table = assess(pd.DataFrame(named), context=Context(PLAIN))
    return lambda fields: table.iloc[rows.index(fields)]


def said(found: pd.Series, column: str, rule: str) -> list[str]:
    text = found[column]
    return [part for part in str(text).split("；") if part.startswith(f"{rule} {RULES.at[rule, 'name']}：")]


def test_no_rule_is_without_its_two_cases() -> None:
    assert set(RULES.index) == {*GATES, *FLAGS, *SCORES, *ELSEWHERE}


@pytest.mark.parametrize("rule", GATES)
def test_a_gate_stops_its_case_and_passes_the_sound_project(rule: str, cases: Cases) -> None:
    fields, status = GATES[rule]
    found = cases(fields)
    assert found["admission_status"] in {status, "returned"}
    assert any(text.endswith(ADMISSION[status]) for text in said(found, "admission_reasons", rule))
    assert not any("→" in text for text in said(cases({}), "admission_reasons", rule))


@pytest.mark.parametrize("rule", FLAGS)
def test_a_flag_is_raised_on_its_case_and_not_on_the_sound_project(rule: str, cases: Cases) -> None:
    assert said(cases(FLAGS[rule]), "flags", rule)
    assert not said(cases({}), "flags", rule)


def test_the_sound_project_alone_is_admitted_without_a_flag() -> None:
    found = assessed()
    assert found["flags"] is None and found["admission_status"] == "admitted"


def test_flags_among_several_projects() -> None:
    def flagged(rows: list[dict[str, object]]) -> pd.DataFrame:
        table = pd.DataFrame([{**WIND, "project_code": None, **row} for row in rows])
        return assess(table, context=Context(PLAIN))

    names = [{"project_id": str(i), "project_name": f"{i}号风电场", "lon": 109.0 + i / 15} for i in range(1, 7)]
    twin = flagged([*names, {"project_id": "X", "project_name": "另一风电场", "lon": names[0]["lon"]}])
    assert [bool(said(row, "flags", "F9")) for _, row in twin.iterrows()] == [True, *[False] * 5, True]
    cheap = [*names[:5], names[5] | {"investment_wan_yuan": 1000.0}]
    far = flagged(cheap)
    assert [bool(said(row, "flags", "F10")) for _, row in far.iterrows()] == [*[False] * 5, True]
    # the least number of peers, F10n: one fewer and nothing is compared
    few = flagged(cheap[-(int(RULES.at["F10n", "threshold"]) - 1) :])
    assert not any(said(row, "flags", "F10") for _, row in few.iterrows())


def points(found: pd.Series, part: str) -> float:
    text = str(found["admission_reasons"])
    (score,) = [piece for piece in text.split("；") if piece.startswith("评分 ")]
    named = [piece for piece in score.split("（", 1)[1].split("，") if piece.startswith(f"{part} ")]
    return float(named[0].split(" ")[1].split("/")[0]) if named else 0.0


@pytest.mark.parametrize("rule", SCORES)
def test_a_part_of_the_score_gives_its_points_or_not(rule: str, cases: Cases) -> None:
    part, full, less = SCORES[rule]
    assert points(cases(full), part) > points(cases(less), part)
    if rule.startswith("S1"):
        assert points(cases(full), part) == RULES.at[rule, "points"]


def test_what_no_form_can_show_scores_nothing_and_what_was_not_checked_is_named(cases: Cases) -> None:
    text = cases({})["admission_reasons"]
    assert f"{RULES.at['S6', 'name']}（{RULES.at['S6', 'text']}） 0.0/{RULES.at['S6', 'points']:g}" in text
    for rule in RULES.index[RULES["kind"] == "open"]:
        assert RULES.at[rule, "name"] in text.split("尚未核查，入库前须由人核对：")[1]


@pytest.mark.parametrize("rule", RULES.index[RULES["kind"] == "threshold"])
def test_a_threshold_is_reached_and_just_missed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def scored(value: float) -> str:
        monkeypatch.setattr(admission, "score", lambda *_: (np.array([value]), np.array(["甲 1/1"], dtype=object)))
        return str(assessed()["admission_status"])

    assert scored(float(RULES.at[rule, "threshold"])) == RULES.at[rule, "action"]
    assert scored(float(RULES.at[rule, "threshold"]) - 0.1) != RULES.at[rule, "action"]
