"""Every rule of every table, read from the table: a case it stops or marks, and one it lets through.

A rule that is added to a table is tested without a change here where its kind is general (overlays, limits, lists of
technologies); one of the gates and flags, whose conditions are code, fails `test_no_rule_is_without_its_two_cases`
until its two cases are written down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from fengwuwu import geo, reference
from fengwuwu.errors import ReferenceDataError
from fengwuwu.projects import admission, grading, lists
from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.columns import Columns
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.plausibility import ranges, unusual
from fengwuwu.projects.site_layers import OVERLAYS, Layers, RuleLayer
from fengwuwu.projects.siting import by_rule
from fengwuwu.projects.technologies import technologies
from fengwuwu.vocabulary import ADMISSION

Cases = Callable[[dict[str, object]], pd.Series]
SITING = reference.table("siting_rules").set_index("id", drop=False)
RULES = reference.table("admission_rules").set_index("id", drop=False)
# A made-up county, 48 km × 56 km, with a made-up zone of 10 km × 11 km in its middle and a river in its south.
COUNTY, ZONE = box(109.0, 30.8, 109.5, 31.3), box(109.2, 31.0, 109.3, 31.1)
PLAIN = Layers(
    counties=gpd.GeoDataFrame({"county": ["奉节县"]}, geometry=[COUNTY], crs=geo.WGS84),
    townships=gpd.GeoDataFrame(
        {"township": ["甲镇"], "county": ["奉节县"]}, geometry=[Point(109.25, 31.05)], crs=geo.WGS84
    ),
    yangtze=gpd.GeoDataFrame(geometry=[LineString([(109.0, 30.81), (109.5, 30.81)])], crs=geo.WGS84),
)
INSIDE, OUTSIDE = {"lon": 109.25, "lat": 31.05}, {"lon": 109.33, "lat": 31.13}


def technology_of(rule: pd.Series) -> str:
    names = str(rule["technologies"]).split(";")
    barred = {name[1:] for name in names if name.startswith("!")}
    if barred or names == ["*"]:
        return next(name for name in ("solar_utility", "wind_onshore") if name not in barred)
    return names[0]


def site(rule: pd.Series, **fields: object) -> pd.DataFrame:
    stage = str(rule["stages"]).split(";")[0] if isinstance(rule["stages"], str) else "feasibility"
    row = {"project_id": "A", "county": "奉节县", "township": "甲镇", "location_radius_km": 0.05, "stage": stage}
    return pd.DataFrame([{**row, "technology": technology_of(rule), **fields}])


def answer(rule: pd.Series, layers: Layers, **fields: object) -> str | None:
    """What the rule answers; None when it does not concern the project."""
    alone = layers.rules[layers.rules["id"].isin([rule["id"], "P1"])]
    table = by_rule(site(rule, **fields), replace(layers, rules=alone)).set_index("rule")
    return table["answer"].get(rule["id"])


def zoned(rule: pd.Series) -> Layers:
    """The rule's layer, complete in the county, with one zone that the rule names."""
    zone = str(rule["zones"]).split(";")[0] if isinstance(rule["zones"], str) else "任一分区"
    shapes = gpd.GeoDataFrame({geo.ZONE: [zone]}, geometry=[ZONE], crs=geo.WGS84)
    return replace(PLAIN, supplied={str(rule["layer"]): RuleLayer(shapes, 1.0, COUNTY, 1.0)})


@pytest.mark.parametrize("name", SITING.index[SITING["kind"].isin(OVERLAYS)])
def test_an_overlay_rule_stops_the_site_it_is_about_and_passes_the_other(name: str) -> None:
    rule = SITING.loc[name]
    layers = zoned(rule)
    hit, clear = (OUTSIDE, INSIDE) if rule["kind"] == "within" else (INSIDE, OUTSIDE)
    assert answer(rule, layers, **hit) == rule["action"]
    assert answer(rule, layers, **clear) == "pass"
    assert answer(rule, PLAIN, **clear) == "undetermined", "without the layer nothing passes"
    if rule["kind"] == "distance":
        # 0.0005° of longitude is 48 m; beyond the limit and all errors it passes
        assert answer(rule, layers, lon=109.3005, lat=31.05) == rule["action"]
        far = 109.3 + (float(rule["limit"]) + 0.2) / 95.4
        assert answer(rule, layers, lon=far, lat=31.05) == "pass"


@pytest.mark.parametrize("name", SITING.index[SITING["kind"].isin(OVERLAYS) & SITING["technologies"].ne("*")])
def test_an_overlay_rule_does_not_speak_on_other_technologies(name: str) -> None:
    rule = SITING.loc[name]
    names = {part.removeprefix("!") for part in str(rule["technologies"]).split(";")}
    barred = str(rule["technologies"]).startswith("!")
    other = next(t for t in technologies() if (t in names) == barred)
    assert answer(rule, zoned(rule), **INSIDE, technology=other) is None


OTHER_SITING: dict[str, tuple[dict[str, object], str, dict[str, object]]] = {
    "C1": ({"lon": 109.6, "lat": 31.0, "county": "奉节县"}, "block", OUTSIDE),
    "C2": ({**INSIDE, "township": "乙镇"}, "review", INSIDE),
    "C3": ({"lon": 109.25, "lat": 30.812}, "flag", INSIDE),
}


@pytest.mark.parametrize("name", OTHER_SITING)
def test_county_township_and_river(name: str) -> None:
    stopped, said, passed = OTHER_SITING[name]
    others = gpd.GeoDataFrame(
        {"county": ["巫山县", "巫溪县"]},
        geometry=[box(109.5, 30.8, 110, 31.3), box(109.0, 31.3, 110, 31.8)],
        crs=geo.WGS84,
    )
    layers = replace(PLAIN, counties=pd.concat([PLAIN.counties, others], ignore_index=True))
    assert answer(SITING.loc[name], layers, **stopped) == said
    assert answer(SITING.loc[name], layers, **passed) == "pass"


def test_new_small_hydro_is_blocked_and_an_old_one_is_not_asked() -> None:
    rule = SITING.loc["D12"]
    assert answer(rule, PLAIN, **INSIDE) == "block" and answer(rule, PLAIN, **INSIDE, stage="operating") is None


def test_an_overlap_below_the_least_area_is_for_review_and_a_larger_one_blocks() -> None:
    limit, rule = float(SITING.at["P1", "limit"]), SITING.loc["D5"]
    sharp = zoned(rule)
    entry = replace(sharp.supplied["ecological_redline"], accuracy_m=0.0)
    sharp = replace(sharp, supplied={"ecological_redline": entry})

    def overlapping(hectares: float) -> str | None:
        metres = hectares * 1e4 / 100  # a strip of 100 m along the zone's edge
        shape = box(109.3 - metres / 95_500, 31.05, 109.301, 31.05 + 100 / 110_900)
        frame = gpd.GeoDataFrame(site(rule, location_radius_km=0.0), geometry=[shape], crs=geo.WGS84)
        return by_rule(frame, sharp).set_index("rule")["answer"]["D5"]

    assert overlapping(0.7 * limit) == "review" and overlapping(1.5 * limit) == "block"


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
    general = set(SITING.index[SITING["kind"].isin(OVERLAYS)])
    assert set(SITING.index) == general | set(OTHER_SITING) | {"D12", "P1"}


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
    assert f"{RULES.at['S6', 'name']}（无法核查） 0.0/{RULES.at['S6', 'points']:g}" in text
    for rule in RULES.index[RULES["kind"] == "open"]:
        assert RULES.at[rule, "name"] in text.split("尚未核查：")[1]


@pytest.mark.parametrize("rule", RULES.index[RULES["kind"] == "threshold"])
def test_a_threshold_is_reached_and_just_missed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def scored(value: float) -> str:
        monkeypatch.setattr(admission, "score", lambda *_: (np.array([value]), np.array(["甲 1/1"], dtype=object)))
        return str(assessed()["admission_status"])

    assert scored(float(RULES.at[rule, "threshold"])) == RULES.at[rule, "action"]
    assert scored(float(RULES.at[rule, "threshold"]) - 0.1) != RULES.at[rule, "action"]


PROFILES = reference.table("grading_profiles")


@pytest.mark.parametrize("place", PROFILES.index[PROFILES["kind"].isin(["indicator", "channel", "level"])])
def test_a_rule_of_a_grading_profile(place: int) -> None:
    rule = PROFILES.loc[place]

    def graded(technology: str, tonnes: float) -> pd.Series:
        row = {"technology": technology, "benefit": "mitigation", "violation": "no", PREFIX: tonnes}
        return grading.grade(pd.DataFrame([row]), rule["profile"]).iloc[0]

    first = "ev_bus" if rule["technologies"] == "*" else str(rule["technologies"]).split(";")[0]
    if rule["kind"] == "indicator":
        limit = float(rule["threshold"])
        assert graded(first, limit)["grade_score"] == 100 and graded(first, limit / 2)["grade_score"] == 50
    elif rule["kind"] == "channel":
        assert graded(first, 0.0)["grade_score"] == rule["points"]
        assert graded("ev_bus", 0.0)["grade_score"] == 0
    else:
        full = float(PROFILES.loc[PROFILES["name"].eq("年减排量（其他减缓类）"), "threshold"].iloc[0])
        at = full * float(rule["threshold"]) / 100
        assert graded("ev_bus", at)["grade"] == rule["name"]
        assert graded("ev_bus", at - full / 500)["grade"] != rule["name"]


LISTS = reference.table("project_lists")


@pytest.mark.parametrize("place", LISTS.index)
def test_a_rule_of_a_list(place: int) -> None:
    rule = LISTS.loc[place]
    picked = {
        "technology": rule["technologies"],
        "stage": rule["stages"],
        "admission_status": rule["admission"],
    }
    row = {"project_id": "A", "admission_score": 1.0, "technology": "wind_onshore", "stage": "idea"}
    row |= {"admission_status": "review", "siting_result": "pass"}
    row |= {name: str(value).split(";")[0] for name, value in picked.items() if value != "*"}
    row["catalogue_2025_code"] = "4.2.1" if rule["in_catalogue"] == "yes" else None
    assert len(lists.members(pd.DataFrame([row]), rule["list"])) == 1
    for name, value in picked.items():
        if value != "*":
            assert lists.members(pd.DataFrame([row | {name: "other"}]), rule["list"]).empty
    if rule["in_catalogue"] == "yes":
        assert lists.members(pd.DataFrame([row | {"catalogue_2025_code": None}]), rule["list"]).empty


REJECTED = reference.table("rejected_factors")


@pytest.mark.parametrize("place", REJECTED.index)
def test_a_wrong_factor_is_refused_and_a_nearby_one_is_not(place: int) -> None:
    row = REJECTED.loc[place]
    with pytest.raises(ReferenceDataError, match="流传的错误因子"):
        reference.check_factor(row["area"], float(row["value"]))
    reference.check_factor(row["area"], float(row["value"]) + 0.001)


@pytest.mark.parametrize(
    ("technology", "place"), [(key, place) for key, found in ranges().items() for place in range(len(found))]
)
def test_a_usual_range_passes_its_middle_and_marks_what_is_outside(technology: str, place: int) -> None:
    limits = ranges()[technology][place]
    item = technologies()[technology]
    column = {
        "investment_per_capacity": "investment_wan_yuan",
        "claim_per_capacity": "claimed_reduction_t_per_year",
        "full_load_hours": "full_load_hours",
    }[limits.quantity]

    def marked(value: float) -> bool:
        record = {"technology": technology, "capacity": 1.0, "capacity_unit": item.capacity_unit, column: value}
        return any(key == column for _, key, _ in unusual(Columns([record]), {technology: [limits]}))

    assert not marked((limits.low + limits.high) / 2) and not marked(limits.low) and not marked(limits.high)
    assert marked(limits.low * 0.99) and marked(limits.high * 1.01)


TAXONOMY = reference.table("taxonomy")


def test_every_technology_is_classed_as_its_rule_says_and_no_other_way() -> None:
    table = pd.DataFrame({
        "project_id": TAXONOMY["technology"],
        "county": "奉节县",
        "technology": TAXONOMY["technology"],
    })
    found = assess(table, context=Context(PLAIN))
    assert found["class_code"].fillna("").tolist() == TAXONOMY["class_code"].fillna("").tolist()
    closed = TAXONOMY["verdict"].isin(["neutral", "fossil"]).to_numpy()
    assert found.loc[closed, "class_code"].isna().all() and (found.loc[closed, "benefit"] == "none").all()
    # words that say something else leave it to a person
    road = found.assign(project_name="某县至某镇公路改建工程", content="新建二级公路 20 km")
    doubted = assess(road.loc[TAXONOMY["verdict"].eq("friendly").to_numpy()], context=Context(PLAIN))
    assert (doubted["class_status"] == "review").all()
