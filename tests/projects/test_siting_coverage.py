"""Layers that are missing are named with who supplies them and whom they concern."""

from __future__ import annotations

import pandas as pd

from fengwuwu import geo, reference
from fengwuwu.projects.siting_coverage import missing_layers

PROJECTS = pd.DataFrame({
    "project_id": ["A", "B", "C"],
    "data_kind": ["submitted", "submitted", "public"],
    "technology": ["solar_utility", "wind_onshore", "solar_utility"],
    "stage": ["idea", "idea", "operating"],
})


def test_rules_and_projects_by_layer() -> None:
    table = missing_layers(PROJECTS).set_index("layer")
    land = table.loc["国土变更调查地类图斑"]
    assert (land["projects_submitted"], land["projects_public"], land["projects_illustrative"]) == (1, 1, 0)
    assert land["supplier"] == "县规划自然资源局"
    forest = table.loc["林地与公益林"]
    assert forest["rules"] == "Ⅰ级保护林地、光伏用林地、天然乔木林与公益林（风电）、林地定额"
    assert forest["projects_submitted"] == 2  # a project under two rules of a layer counts once
    assert "长江干支流岸线" not in table.index  # concerns new chemical works only


def test_every_rule_of_a_layer_that_is_not_there_is_listed() -> None:
    every = pd.DataFrame({
        "data_kind": "submitted",
        "technology": reference.table("technologies")["technology"],
        "stage": "idea",
    })
    named = "、".join(missing_layers(every)["rules"])
    rules = reference.table("siting_rules")
    available = {name for name, layer in geo.registry().items() if layer.available}
    for _, rule in rules[rules["layer"].notna()].iterrows():
        assert (rule["name"] in named) is (rule["layer"] not in available)
