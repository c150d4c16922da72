"""Admission: each gate by one project it stops and one it lets through; score parts; flags with their figures."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point, box

from fengwuwu import reference
from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.site_layers import Layers
from fengwuwu.vocabulary import ADMISSION

HERE = {"lon": 109.25, "lat": 31.2, "location_radius_km": 1.0}
CONTEXT = Context(
    Layers(
        counties=gpd.GeoDataFrame({"county": ["奉节县"]}, geometry=[box(109.0, 30.8, 109.5, 31.3)], crs="EPSG:4326"),
        townships=gpd.GeoDataFrame(
            {"township": ["甲镇"], "county": ["奉节县"]}, geometry=[Point(109.25, 31.2)], crs="EPSG:4326"
        ),
        yangtze=gpd.GeoDataFrame(geometry=[LineString([(109.0, 30.9), (109.5, 30.9)])], crs="EPSG:4326"),
    )
)
# 50 MW of wind, approved, financed: everything a form can show.
WIND = {
    "project_id": "W",
    "county": "奉节县",
    "township": "甲镇",
    **HERE,
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
}
FLOOD = {"technology": "flood_control", "capacity": 5.0, "capacity_unit": "km", "annual_output": None}


def assessed(**fields: object) -> pd.Series:
    return assess(pd.DataFrame([{**WIND, **fields}]), context=CONTEXT).iloc[0]


def reasons(found: pd.Series, rule: str) -> str:
    return "；".join(text for text in str(found["admission_reasons"]).split("；") if text.startswith(f"{rule} "))


def test_a_sound_project_is_admitted_and_its_open_checks_are_listed() -> None:
    found = assessed()
    assert found["admission_status"] == "admitted"
    # 55 810 t: 10 of 15; 1.72 t/万元: 10; own figures: 8 of 10; finance 20; approved 12 of 15; demonstration 0 of 10;
    # data 10; together 70 of 90
    assert found["admission_score"] == pytest.approx(100 * 70 / 90, abs=0.05)
    assert "尚未核查，入库前须由人核对：“两高”项目" in found["admission_reasons"]
    assert "部分选址规则无法判断" in reasons(found, "N6")


@pytest.mark.parametrize(
    ("fields", "rule", "status"),
    [
        ({"county": "云阳县"}, "A1", "returned"),
        ({"technology": "road", "capacity_unit": "km", "annual_output": None}, "A2", "returned"),
        ({"technology": None}, "A2", "review"),
        ({"technology": "coal_power"}, "N1", "returned"),
        ({"technology": "coal_retrofit"}, "N1", "returned"),
        ({"technology": "gas_pipeline"}, "N1", "returned"),
        ({"technology": "lng_station"}, "N1b", "review"),
        ({"violation": "yes"}, "N5", "returned"),
        ({"lon": 110.5}, "N6", "returned"),
        ({"lon": 109.499}, "N6", "review"),
        ({"capacity": None, "annual_output": None}, "N7", "review"),
        ({"technology": "sewage_upgrade", "annual_output": -1.0}, "N7", "returned"),
        ({"technology": "lng_ship", "annual_output": 10.0, "annual_output_unit": "t"}, "N7", "review"),
        ({"technology": "hydro", "capacity": 50.0}, "N9", "returned"),
        ({"technology": "hydro", "capacity": 51.0}, "N9", "returned"),  # D12 blocks it, N9 asks a person
        ({"claimed_reduction_t_per_year": 230_000.0}, "N11", "review"),
    ],
)
def test_each_gate_stops_its_case_and_says_so(fields: dict[str, object], rule: str, status: str) -> None:
    found = assessed(**fields)
    assert found["admission_status"] == status
    assert reasons(found, rule).endswith(ADMISSION["review" if rule in {"N11", "N1b"} else status]) or rule == "N9"
    assert reasons(found, rule) and not reasons(assessed(), rule).endswith(("退回", "待复核"))


def test_large_or_unknown_hydro_goes_to_a_person_and_a_running_plant_passes_that_gate() -> None:
    assert reasons(assessed(technology="hydro", capacity=51.0), "N9").endswith("待复核")
    assert reasons(assessed(technology="hydro", capacity=None), "N9").endswith("待复核")
    assert reasons(assessed(technology="hydro", stage="operating"), "N9") == ""


def test_a_running_plant_keeps_its_status_but_is_no_candidate() -> None:
    found = assessed(stage="operating")
    assert found["admission_status"] in {"admitted", "demonstration"}
    assert "不是待融资的候选项目" in found["admission_reasons"]


def test_an_unknown_violation_stays_open() -> None:
    assert "待补充" in reasons(assessed(violation=None), "N5")
    assert reasons(assessed(), "N5") == ""


def test_parts_that_do_not_apply_leave_the_full_mark() -> None:
    found = assessed(**FLOOD)
    # finance 20 + approved 12 + demonstration 0 + adaptation 10 + data 10 of 65
    assert found["admission_score"] == pytest.approx(100 * 52 / 65, abs=0.05)
    assert "年减排量" not in found["admission_reasons"]


@pytest.mark.parametrize("stage", ["idea", "feasibility", "approved", "construction"])
def test_a_riper_project_scores_more(stage: str) -> None:
    points = {"idea": 3, "feasibility": 9, "approved": 12, "construction": 15}
    assert assessed(stage=stage)["admission_score"] == pytest.approx(100 * (58 + points[stage]) / 90, abs=0.05)


def test_a_low_score_is_incubated_or_returned() -> None:
    bare = {name: None for name in ("own_capital_wan_yuan", "financing_need_wan_yuan", "annual_revenue_wan_yuan")}
    assert assessed(**bare, stage="idea", project_code=None)["admission_status"] == "incubating"
    nothing = {**bare, **FLOOD, "stage": None, "source": None, "project_code": None, "lon": None, "lat": None}
    returned = assessed(**nothing)
    assert returned["admission_status"] == "returned" and "评分低于孵化门槛" in returned["admission_reasons"]


def test_a_low_score_for_want_of_the_investment_is_reviewed_not_returned() -> None:
    nothing = {"stage": None, "source": None, "project_code": None, "lon": None, "lat": None, **FLOOD}
    nothing |= {"investment_wan_yuan": None, "own_capital_wan_yuan": None, "financing_need_wan_yuan": None}
    found = assessed(**nothing, annual_revenue_wan_yuan=None)
    assert found["admission_score"] < 40
    assert found["admission_status"] == "review" and "总投资待补充" in found["admission_reasons"]


@pytest.mark.parametrize(
    ("table", "column"), [("taxonomy", "reason"), ("admission_rules", "text"), ("siting_rules", "text")]
)
def test_rule_texts_are_single_sentences(table: str, column: str) -> None:
    assert not reference.table(table)[column].str.contains("；", na=False).any()


def test_thresholds_are_data() -> None:
    levels = reference.table("admission_rules").query("kind == 'threshold'")
    assert dict(zip(levels["action"], levels["threshold"], strict=True)) == {
        "demonstration": 80,
        "admitted": 60,
        "incubating": 40,
    }
    weights = reference.table("admission_rules").query("kind == 'score'")
    assert (weights["status"] == "assumption").all()


@pytest.mark.parametrize(
    ("fields", "flag", "evidence"),
    [
        ({"claimed_reduction_t_per_year": 100_000.0}, "F1", "申报 100,000 tCO2e/年，核算中值 71,538"),
        ({"annual_output": None}, "F2", "总投资 32,500 万元"),
        ({"content": None}, "F3", "未填建设内容"),
        ({"declared_benefit": "adaptation"}, "F4", "申报“适应”，分类为“减缓”"),
        ({"technology": "road", "climate_fraction": 0.5}, "F5", "申报占比 0.50，按 0 计"),
        ({"capital_ratio_min": 0.1}, "F6", "申报 0.10，低于规定 0.20"),
        ({"claimed_reduction_t_per_year": 5.0, "capacity": None, "annual_output": None}, "F8", "核算缺数据"),
        (
            {"technology": "ev_bus", "capacity": 1.0, "capacity_unit": "vehicle", "claimed_reduction_t_per_year": 99.0},
            "F1",
            "核算中值 12",
        ),
    ],
)
def test_flags_name_their_figures(fields: dict[str, object], flag: str, evidence: str) -> None:
    text = str(assessed(**fields)["flags"])
    assert f"{flag} " in text and evidence in text
    assert pd.isna(assessed()["flags"])


def test_a_reduction_that_may_change_sign_is_flagged() -> None:
    found = assessed(technology="heat_pump", annual_output=1000.0, annual_output_unit="GJ")
    assert "F7 减排区间跨零" in found["flags"] and found["emission_reduction_t_per_year"] > 0


def test_a_benefit_claimed_twice_goes_back_and_an_unanswered_question_stays_open() -> None:
    found = assessed(benefit_claims="绿证:2024-2025;CCER:2025-2030")
    assert found["admission_status"] == "returned"
    assert "同时覆盖 2025 年 → 退回" in reasons(found, "N8") and "F12 效益重复申领" in found["flags"]
    assert "N8" not in str(assessed(benefit_claims="绿证:2024-2025")["admission_reasons"])
    assert "待补充" in reasons(assessed(), "N8") and assessed()["admission_status"] == "admitted"


def test_a_measured_output_counts_as_much_for_quality_as_a_declared_one() -> None:
    assert (
        "核算质量 8.0/10"
        in assessed(measured_output=100.0, measured_output_unit="GWh", measured_year=2024)["admission_reasons"]
    )
