"""The printed calculation: its lines multiply and add up to the assessed values, for every technology and case."""

from __future__ import annotations

import pandas as pd
import pytest

from fengwuwu import reference
from fengwuwu.projects import activity_figures
from fengwuwu.projects.calculation_text import lines
from fengwuwu.projects.completion import lifetime
from fengwuwu.projects.emissions import PREFIX, reductions
from fengwuwu.projects.explanation import explain_reduction

UNITS = reference.table("technologies").set_index("technology")
METHODS = reference.table("methodologies").dropna(subset=["method"])


def assessed(technology: str, path: str | None = None, **fields: object) -> pd.DataFrame:
    units = {"capacity_unit": UNITS.at[technology, "capacity_unit"]}
    if isinstance(unit := UNITS.at[technology, "output_unit"], str):
        units |= {"annual_output_unit": unit, "measured_output_unit": unit}
    table = pd.DataFrame([{"project_id": "A", "county": "奉节县", "technology": technology, **units, **fields}])
    table = table.join(reductions(table, lifetime(table), path))
    years = lifetime(table)
    return table.assign(lifetime_years_used=years, lifetime_years_rule="缺省寿命", lifetime_years_status="unverified")


@pytest.mark.parametrize("technology", METHODS["technology"])
def test_the_parts_add_up_to_every_result(technology: str) -> None:
    further = activity_figures.of_technology(technology)
    texts = {"activity_figures": ";".join(activity_figures.written(figure, "2") for figure in further) or None}
    table = assessed(technology, capacity=10.0, annual_output=3.0, **texts)
    found = explain_reduction("A", table).set_index("symbol")
    assert [found.at[figure.figure, "value"] for figure in further] == [2.0] * len(further)
    for case, suffix in {"value": "", "low": "_low", "central": "_central", "high": "_high"}.items():
        assert found.at["ER", case] == pytest.approx(table[f"{PREFIX}{suffix}"][0])
        if "E" in found.index:
            for basis in METHODS.set_index("technology").at[technology, "bases"].split(";"):
                by_hand = found.at["A", case] + found.at["E", case] * found.at[f"EF_{basis}", case]
                assert found.at[f"ER_{basis}", case] == pytest.approx(by_hand)
    text = "\n".join(lines(explain_reduction("A", table)))
    assert "nan" not in text and "None" not in text and "<NA>" not in text


def test_a_solar_plant_by_hand_for_each_end() -> None:
    found = explain_reduction("A", assessed("solar_agri", capacity=60.0)).set_index("symbol")
    # 60 MW × hours × shading × (1 − 0.02 − 0.005×12) × (1 − 0.01)
    by_hand = {"value": 860 * 0.95, "low": 820 * 0.95, "central": 860 * 0.975, "high": 1030 * 1.0}
    assert {case: found.at["E", case] for case in by_hand} == pytest.approx({
        case: 60 * hours * 0.92 * 0.99 for case, hours in by_hand.items()
    })


def test_a_factor_is_printed_as_it_is_and_not_rounded() -> None:
    printed = lines(explain_reduction("A", assessed("hydro_refurbishment", annual_output=1.0)))
    line = next(line for line in printed if "EF_cm" in line)
    assert " 0.57205 " in line  # 0.5 × 0.8587 + 0.5 × 0.2854; neither 0.5720 nor 0.5721
    assert any("0.5×OM＋0.5×BM" in note for note in printed)


def test_under_a_path_the_path_is_named_and_no_product_is_claimed() -> None:
    table = explain_reduction("A", assessed("wind_onshore", "decline_3", annual_output=100.0))
    assert not table["symbol"].isin(["A", "E"]).any() and "情景：电网因子每年下降 3 %" in set(table["item"])


def test_the_other_paths_stand_beside_the_result_by_hand() -> None:
    found = explain_reduction("A", assessed("wind_onshore", annual_output=100.0, lifetime_years=2.0)).set_index(
        "symbol"
    )
    # two years, the first at the factor's value: 100 GWh × 0.5581 × (1 + 0.97) / 2
    assert found.at["ER(decline_3)", "value"] == pytest.approx(100_000 * 0.5581 * 0.985)
    assert found.at["ER(rise_2)", "value"] == pytest.approx(100_000 * 0.5581 * 1.01)
    assert found.at["ER(rise_2)", "status"] == "assumption" and "不用于排序" in found.at["ER(rise_2)", "source"]
    trees = explain_reduction("A", assessed("afforestation", capacity=10.0))
    assert not trees["symbol"].str.startswith("ER(").any()


def test_a_measured_figure_shows_its_year() -> None:
    fields = {"annual_output": 110.0, "measured_output": 95.0, "measured_year": 2025.0}
    row = explain_reduction("A", assessed("wind_onshore", **fields)).set_index("symbol").loc["measured_output"]
    assert row["value"] == 95.0 and row["year"] == 2025


def test_columns_are_aligned_and_equal_ends_are_printed_once() -> None:
    printed = lines(explain_reduction("A", assessed("wind_onshore", capacity=50.0)))
    head = next(line for line in printed if line.lstrip().startswith("步"))
    hours = next(line for line in printed if "full_load_hours" in line).split()
    assert hours[3:7] == ["2000", "1800", "2000", "2400"]
    factor = next(line for line in printed if "EF_average" in line)
    assert factor.count("0.5581") == 1 and "依据" in head
