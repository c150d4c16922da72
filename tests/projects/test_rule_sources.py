"""Every rule that spoke is named with its source; none that did not speak; titles come from the table of documents."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu import reference
from fengwuwu.projects.assess import assess
from fengwuwu.projects.rule_sources import PARTS, lines, spoken
from fengwuwu.projects.siting import by_rule

RULES = reference.table("siting_rules")


def project(**fields: object) -> pd.DataFrame:
    row = {"project_id": "A", "project_name": "某风电场", "county": "奉节县", "technology": "wind_onshore"}
    return pd.DataFrame([{**row, "stage": "feasibility", **fields}])


@pytest.mark.parametrize(
    "fields",
    [
        {"annual_output": 100.0, "violation": "yes", "claimed_reduction_t_per_year": 1e9},
        {"technology": "coal_power", "stage": "operating"},
        {"technology": "landslide_control", "project_name": "滑坡治理"},
        {"technology": None, "project_name": "甲"},
        {"technology": "hydro", "capacity": 10.0, "lon": 109.4, "lat": 31.0, "location_radius_km": 0.1},
    ],
)
def test_every_rule_that_spoke_is_there_with_its_source(fields: dict[str, object]) -> None:
    assessed = assess(project(**fields))
    found = spoken(assessed, RULES)
    assert set(found["part"]) <= set(PARTS)
    assert found["source"].notna().all() and found["status"].notna().all() and found["year"].notna().all()
    assert set(found.loc[found["part"] == "选址", "rule"]) == set(by_rule(assessed)["rule"])
    row = assessed.iloc[0]
    said = [part.split(" ")[0] for part in row["admission_reasons"].split("；")]
    ids = set(reference.table("admission_rules")["id"])
    assert {rule for rule in said if rule in ids} <= set(found.loc[found["part"] == "入库", "rule"])
    raised = [] if row["flags"] is None else [part.split(" ")[0] for part in row["flags"].split("；")]
    assert {rule for rule in raised if rule in ids} == set(found.loc[found["part"] == "提示", "rule"])
    assert not found["rule"].isin(["D2", "D3", "N1b"]).any()
    text = "\n".join(lines(found))
    assert "nan" not in text and "None" not in text


def test_a_document_is_cited_with_issuer_title_number_date_and_status() -> None:
    printed = lines(spoken(assess(project()), RULES))
    place = next(line for line in printed if "D5 生态保护红线核心保护区" in line).split("[文")[1].rstrip("]")
    cited = next(line for line in printed if line.strip().startswith(f"[文{place}]"))
    assert "国家林业和草原局《关于加强生态保护红线管理的通知（试行）》自然资发〔2022〕142号，2022-08（未核实；" in cited


def test_scores_that_cannot_bear_on_a_project_are_left_out() -> None:
    found = set(spoken(assess(project(annual_output=100.0)), RULES)["rule"])
    assert {"S1a", "S3p", "S5b"} <= found
    assert not found & {"S1b", "S1c", "S3d", "S5a", "S5c", "S5d", "S7"}
    assert "S7" in set(spoken(assess(project(technology="landslide_control")), RULES)["rule"])
