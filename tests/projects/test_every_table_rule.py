"""Every row of the smaller tables of rules: grading, lists, refused factors, usual ranges, classes by technology."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu import reference
from fengwuwu.projects import grading, lists
from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.columns import Columns
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.plausibility import ranges, unusual
from fengwuwu.projects.technologies import technologies

from .made_up_county import PLAIN

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
    found = reference.wrong_factor(float(row["value"]), row["area"])
    assert found is not None and found.superseded == (row["fault"] == "superseded")
    assert reference.wrong_factor(float(row["value"]) + 0.001, row["area"]) is None


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
