"""The assessment as a whole: its columns, what it leaves alone, the shipped projects, and the explanation."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from fengwuwu import paths, reference
from fengwuwu.errors import InputError
from fengwuwu.projects import schema
from fengwuwu.projects.assess import assess
from fengwuwu.projects.completion import COMPLETED
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.explanation import COLUMNS, explain_reduction
from fengwuwu.projects.intake import read_form
from fengwuwu.vocabulary import ADMISSION, BENEFIT, CATEGORY, CLASS_STATUS, REDUCTION_TIER, SITING, VALUE_STATUS

PROMISED = [
    *("class_code", "class_status", "class_evidence", "catalogue_2025_code", "catalogue_2025_mark", "benefit"),
    *(PREFIX, f"{PREFIX}_low", f"{PREFIX}_central", f"{PREFIX}_high", "reduction_tier", "reduction_ranked"),
    *("siting_result", "siting_findings", "admission_status", "admission_score", "admission_reasons", "flags"),
    *(f"{name}_{end}" for name in COMPLETED for end in ("used", "rule", "status")),
]
SMALL = pd.DataFrame(
    {
        "project_id": ["A", "B", "C"],
        "county": ["奉节县", "巫山县", "巫溪县"],
        "technology": ["solar_utility", "coal_power", None],
        "capacity": [100.0, 600.0, None],
        "capacity_unit": ["MW", "MW", None],
    },
    index=[7, 3, 5],
)


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    forms = [read_form(paths.PROJECTS / f"{name}.csv") for name in ("public_projects", "illustrative_candidates")]
    rows = [row.values for form in forms for row in form.rows if not row.errors]
    return assess(schema.frame(rows))


def test_the_promised_columns_are_added_and_nothing_else_changes() -> None:
    before = SMALL.copy(deep=True)
    found = assess(SMALL)
    pd.testing.assert_frame_equal(SMALL, before)
    assert set(PROMISED) <= set(found.columns) and found.index.tolist() == [7, 3, 5]
    pd.testing.assert_frame_equal(found[SMALL.columns], SMALL)


def test_assessing_twice_gives_the_same() -> None:
    once = assess(SMALL)
    pd.testing.assert_frame_equal(assess(once), once)


def test_order_and_company_do_not_matter() -> None:
    whole, alone = assess(SMALL), assess(SMALL.iloc[[2, 0]])
    pd.testing.assert_frame_equal(alone, whole.iloc[[2, 0]], check_dtype=False)


def test_an_empty_table_keeps_the_columns() -> None:
    assert set(PROMISED) <= set(assess(SMALL.iloc[:0]).columns)


def test_a_geodataframe_stays_one() -> None:
    points = gpd.GeoSeries([None, None, None], index=SMALL.index, crs="EPSG:4326")
    found = assess(gpd.GeoDataFrame(SMALL, geometry=points))
    assert isinstance(found, gpd.GeoDataFrame) and found.crs == "EPSG:4326"


def test_a_missing_column_and_text_for_a_number_are_named() -> None:
    with pytest.raises(InputError, match="“所在县”（county）"):
        assess(SMALL.drop(columns="county"))
    with pytest.raises(InputError, match="项目 A：“百兆瓦”不是数"):
        assess(SMALL.assign(capacity=["百兆瓦", 1, 2]))


def test_every_technology_can_be_assessed_and_no_fossil_or_neutral_one_is_admitted() -> None:
    rules = reference.table("taxonomy").merge(reference.table("technologies"), on="technology")
    full = {"county": "奉节县", "stage": "construction", "investment_wan_yuan": 100.0, "financing_need_wan_yuan": 50.0}
    full |= {"annual_revenue_wan_yuan": 100.0, "violation": "no", "source": "x", "project_code": "y", "content": "z"}
    full |= {"climate_fraction": 1.0, "declared_benefit": "mitigation", "claimed_reduction_t_per_year": 1e6}
    table = rules[["technology", "capacity_unit", "output_unit"]].rename(columns={"output_unit": "annual_output_unit"})
    table = table.assign(project_id=rules["technology"], capacity=1e5, annual_output=1e3, full_load_hours=1e3, **full)
    found = assess(table).set_index("project_id")
    barred = rules.set_index("technology")["verdict"].isin(["fossil", "neutral"])
    assert barred.sum() == 9
    assert set(found.loc[barred, "admission_status"]) == {"returned"}
    assert (found.loc[barred, "climate_fraction_used"] == 0).all() and found.loc[barred, "class_code"].isna().all()
    doubtful = rules.set_index("technology")["verdict"].eq("review")
    assert not set(found.loc[doubtful, "admission_status"]) & {"admitted", "demonstration"}


def test_values_are_of_their_vocabularies(shipped: pd.DataFrame) -> None:
    for column, vocabulary in {
        "class_status": CLASS_STATUS,
        "benefit": BENEFIT,
        "reduction_tier": REDUCTION_TIER,
        "reduction_status": VALUE_STATUS,
        "siting_result": SITING,
        "admission_status": ADMISSION,
        "category_used": CATEGORY,
        **{f"{name}_status": VALUE_STATUS for name in COMPLETED},
    }.items():
        assert set(shipped[column].dropna()) <= set(vocabulary), column
    assert shipped[["class_status", "siting_result", "admission_status", "siting_findings"]].notna().all(axis=None)


def test_every_figure_has_its_status_and_every_gap_its_reason(shipped: pd.DataFrame) -> None:
    known = shipped[PREFIX].notna()
    assert shipped.loc[known, ["reduction_status", "reduction_factors", "reduction_tier"]].notna().all(axis=None)
    assert shipped.loc[~known, "reduction_missing"].notna().all()
    for name in COMPLETED:
        assert shipped[[f"{name}_rule", f"{name}_status"]].notna().all(axis=None), name
        unknown = shipped[f"{name}_status"] == "unknown"
        assert shipped.loc[unknown, f"{name}_used"].isna().all(), name


def test_shipped_comparators_are_returned_and_candidates_can_be_admitted(shipped: pd.DataFrame) -> None:
    rules = reference.table("taxonomy").set_index("technology")["verdict"]
    barred = shipped["technology"].map(rules).isin(["fossil", "neutral"])
    assert barred.sum() >= 15 and set(shipped.loc[barred, "admission_status"]) == {"returned"}
    candidates = shipped[shipped["data_kind"] == "illustrative"]
    admitted = candidates["admission_status"].isin(["admitted", "demonstration"])
    assert admitted.sum() >= 25 and {"review", "returned"} <= set(candidates["admission_status"])
    assert set(candidates.loc[admitted, "county"].str.split(";").explode()) == {"奉节县", "巫山县", "巫溪县"}


def test_the_coal_plant_and_the_pumped_storage(shipped: pd.DataFrame) -> None:
    found = shipped.set_index("project_id")
    assert found.loc["FJ05", "admission_status"] == "returned" and pd.isna(found.loc["FJ05", "class_code"])
    assert found.loc["FJ01", "catalogue_2025_mark"] == "direct" and not found.loc["FJ01", "reduction_ranked"]


@pytest.mark.parametrize(
    ("fields", "name", "used", "rule", "status"),
    [
        ({}, "category", "energy", "按技术类型所属行业", "assumption"),
        ({"category": "building", "value_status": "official"}, "category", "building", "申报表", "official"),
        ({}, "capital_ratio_min", 0.2, "国发〔2015〕51号", "official"),
        ({"technology": "airport"}, "capital_ratio_min", 0.25, "国发〔2019〕26号", "official"),
        ({"capital_ratio_min": 0.3}, "capital_ratio_min", 0.3, "申报表", "unverified"),
        ({"capital_ratio_min": 0.1}, "capital_ratio_min", 0.2, "申报值低于规定", "official"),
        ({}, "climate_fraction", 1.0, "归入气候友好类别", "assumption"),
        ({"climate_fraction": 0.4}, "climate_fraction", 0.4, "申报表", "unverified"),
        ({"technology": "road", "climate_fraction": 0.4}, "climate_fraction", 0.0, "不归入", "assumption"),
        ({"technology": "other"}, "climate_fraction", None, "待补充", "unknown"),
        ({"technology": "other", "climate_fraction": 0.4}, "climate_fraction", 0.4, "申报表", "unverified"),
        ({}, "lifetime_years", 25, "缺省寿命", "unverified"),
        ({"technology": "ev_charging"}, "lifetime_years", 8, "区间取下限", "unverified"),
        ({"lifetime_years": 22}, "lifetime_years", 22, "申报表", "unverified"),
        ({"technology": "tourism"}, "lifetime_years", None, "待补充", "unknown"),
        ({"construction_start_year": 2027}, "earliest_start", 2027, "按开工年份", "unverified"),
        ({"earliest_start": 2026, "construction_start_year": 2027}, "earliest_start", 2026, "申报表", "unverified"),
        ({}, "earliest_start", None, "待补充", "unknown"),
        ({}, "latest_start", None, "按不限", "assumption"),
        ({"latest_start": 2029}, "latest_start", 2029, "申报表", "unverified"),
        ({"construction_start_year": 2023, "completion_year": 2030}, "construction_years", 7, "竣工年份", "estimate"),
        ({"construction_start_year": 2023, "completion_year": 2023}, "construction_years", 1, "竣工年份", "estimate"),
        ({"construction_start_year": 2025, "completion_year": 2023}, "construction_years", None, "颠倒", "unknown"),
        ({"construction_years": 3}, "construction_years", 3, "申报表", "unverified"),
    ],
)
def test_completion_by_rule(fields: dict[str, object], name: str, used: object, rule: str, status: str) -> None:
    found = assess(pd.DataFrame([{**SMALL.iloc[0].to_dict(), **fields}])).iloc[0]
    if used is None:
        assert pd.isna(found[f"{name}_used"])
    else:
        assert found[f"{name}_used"] == used
    assert rule in found[f"{name}_rule"] and found[f"{name}_status"] == status


def test_the_explanation_adds_up() -> None:
    found = assess(SMALL)
    table = explain_reduction("A", found).set_index("symbol")["value"]
    hours, ageing = table["full_load_hours"], table["annual_degradation"] * (table["L"] - 1) / 2
    energy = table["capacity"] * hours * (1 - table["first_year_loss"] - ageing) * (1 - table["own_use"])
    assert table["E"] == pytest.approx(energy) and table["A"] == 0
    assert table["ER"] == pytest.approx(energy * min(table["EF_cm"], table["EF_average"]))
    assert table["ER_cm"] == pytest.approx(energy * table["EF_cm"])
    assert "diesel_per_l" not in table and "gwp_ch4" not in table


def test_the_explanation_leaves_out_the_branch_not_taken() -> None:
    found = assess(SMALL.assign(annual_output=[90.0, None, None], annual_output_unit=["GWh", None, None]))
    symbols = set(explain_reduction(found.iloc[0], found)["symbol"])
    assert "full_load_hours" not in symbols and "annual_degradation" in symbols


@pytest.mark.parametrize("identity", ["A", "B", "C"])
def test_every_line_of_an_explanation_has_a_status(identity: str) -> None:
    table = explain_reduction(identity, assess(SMALL))
    assert tuple(table.columns) == COLUMNS and len(table)
    assert table["status"].isin(VALUE_STATUS).all() and table[["value", "central"]].notna().any(axis=1).all()


def test_an_unknown_project_is_named() -> None:
    with pytest.raises(InputError, match="没有编号为“Z”的项目"):
        explain_reduction("Z", assess(SMALL))


def test_many_projects_take_no_loop_over_rows() -> None:
    many = pd.concat([SMALL] * 4000, ignore_index=True)
    many["project_id"] = np.arange(len(many)).astype(str)
    found = assess(many)
    assert found[PREFIX].notna().sum() == 4000 and found[PREFIX].nunique() == 1
