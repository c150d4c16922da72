"""Every table carries its provenance; wrong factors are refused by name; values come with their unit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fengwuwu import paths, reference
from fengwuwu.errors import ReferenceDataError
from fengwuwu.vocabulary import VALUE_STATUS

TABLES = sorted(file.stem for file in paths.REFERENCE.glob("*.csv"))
HEAD = "kind,area,year,value,unit,document,source,status,note\n"


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_source_year_status_and_unit(name: str) -> None:
    register = reference.table("tables").set_index("table")
    rows = register.loc[[name]] if name in register.index else reference.table(name)
    assert len(rows)
    for column in ("source", "year", "status"):
        assert rows[column].notna().all(), f"{name}.{column}"
    assert rows["status"].isin(VALUE_STATUS).all()
    assert rows["year"].between(1990, 2030).all()
    measures = [c for c in ("value", "low", "central", "high", "points", "threshold", "limit") if c in rows]
    if measures:
        assert rows.loc[rows[measures].notna().any(axis=1), "unit"].notna().all()


def test_a_row_without_status_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("value,unit,source,year,status\n1,t,甲,2024,official\n2,t,乙,2024,\n", "utf-8")
    with pytest.raises(ReferenceDataError, match="第 3 行，列“status”：未填写"):
        reference.table("prices", tmp_path)


def test_a_value_without_unit_or_of_unknown_status_or_no_number_is_refused(tmp_path: Path) -> None:
    text = "value,unit,source,year,status\n1,,甲,2024,official\nx,t,乙,2024,official\n3,t,丙,2024,sure\n"
    (tmp_path / "prices.csv").write_text(text, "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        reference.table("prices", tmp_path)
    assert len(caught.value.problems) == 3


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="参考数据表不存在"):
        reference.table("nothing", tmp_path)


@pytest.mark.parametrize(
    "row", reference.table("rejected_factors").to_dict("records"), ids=lambda row: str(row["area"])
)
def test_circulating_wrong_factors_are_refused_by_name(row: dict[str, object], tmp_path: Path) -> None:
    value, name = float(str(row["value"])), re.escape(str(row["circulates_as"]))
    for area in (str(row["area"]), "", "全国", "重庆"):
        assert reference.wrong_factor(value, area) is not None
    # Under its own area, and under any other that no document stands for.
    for area in (str(row["area"]), "全国", "重庆"):
        line = f"build_margin,{area},2022,{value},tCO2/MWh,,甲,unverified,\n"
        (tmp_path / "factors.csv").write_text(HEAD + line, "utf-8")
        with pytest.raises(ReferenceDataError, match=name if area == row["area"] else "因子") as caught:
            reference.table("factors", tmp_path)
        (problem,) = caught.value.problems
        assert (problem.row, problem.column) == (2, "value") and "文号" in problem.remedy
    line = f"build_margin,贵州,2030,{value},tCO2/MWh,公告2032年第1号,甲,unverified,\n"
    (tmp_path / "factors.csv").write_text(HEAD + line, "utf-8")
    assert len(reference.table("factors", tmp_path)) == 1


def test_an_old_official_factor_is_called_old_not_wrong() -> None:
    for value in (0.5703, 0.581, 0.6101):
        old = reference.wrong_factor(value, "全国")
        assert old is not None and old.superseded and "已被取代的旧因子（全国，企业核算用" in old.message
    named = reference.wrong_factor(0.581, "华中")
    assert named is not None and not named.superseded and "流传的错误因子（华中" in named.message


def test_a_wrong_factor_entered_as_a_default_value_is_refused(tmp_path: Path) -> None:
    head = "technology,parameter,name,low,central,high,unit,source,year,status,note\n"
    file = tmp_path / "parameters.csv"
    file.write_text(head + "wind_onshore,ef,因子,0.5581,0.628,0.7154,tCO2/MWh,甲,2024,unverified,\n", "utf-8")
    with pytest.raises(ReferenceDataError, match=r"0\.628 是流传的错误因子（西南，西南区域基准线因子）"):
        reference.table("parameters", tmp_path)
    file.write_text(head + "wind_onshore,hours,小时,0.628,0.628,0.628,h,甲,2024,unverified,\n", "utf-8")
    assert len(reference.table("parameters", tmp_path)) == 1


def test_a_right_value_of_another_area_is_not_refused_unless_the_area_says_otherwise() -> None:
    assert reference.wrong_factor(0.5581) is None and reference.wrong_factor(0.5581, "重庆") is None
    assert reference.wrong_factor(0.8587, "华中") is None
    named = reference.wrong_factor(0.4267, "南方")
    assert named is not None and "2011—2012" in named.message


def test_right_factors_pass() -> None:
    assert reference.wrong_factor(0.5581, "重庆") is None and reference.wrong_factor(0.2472, "西南") is None


def test_the_latest_average_factor_is_taken_with_its_document() -> None:
    latest = reference.factor("grid_average", "重庆")
    assert (latest.value, latest.unit, latest.year, latest.status) == (0.5581, "tCO2/MWh", 2023, "official")
    assert latest.document == "公告2025年第47号（2025-12-31）"
    assert reference.factor("grid_average", "重庆", 2021).value == 0.4743
    with pytest.raises(ReferenceDataError, match="2019 年"):
        reference.factor("grid_average", "重庆", 2019)


def test_combined_margins_are_weighted_from_their_parts() -> None:
    wind = reference.factor("combined_margin_intermittent", "华中")
    assert wind.value == pytest.approx(0.75 * 0.8587 + 0.25 * 0.2854)  # 0.7154
    assert reference.factor("combined_margin_firm", "华中").value == pytest.approx(0.57205)
    assert wind.status == "unverified"
    assert reference.factor("combined_margin_intermittent", "全国").value == 0.744


def test_cases_of_a_parameter() -> None:
    ranged = {case: reference.parameter("biogas_manure", "methane_correction", case) for case in _CASES}
    assert [ranged[case].value for case in _CASES] == pytest.approx([0.25, 0.495, 0.74, 0.25])
    assert ranged["central"].status == "assumption"  # the middle of a range is ours, not the source's
    known = [reference.parameter("wind_onshore", "full_load_hours", case).value for case in _CASES]
    assert known == [1800, 2000, 2400, 2000]


_CASES = ("low", "central", "high", "conservative")


def test_parameters_fall_back_to_all_technologies_and_name_what_is_missing() -> None:
    assert reference.parameter("ev_bus", "diesel_per_l").value == 2.6
    with pytest.raises(ReferenceDataError, match="没有 ev_bus 的 speed"):
        reference.parameter("ev_bus", "speed")


def test_copies_are_returned() -> None:
    mine = reference.table("factors")
    mine["value"] = 0.0
    assert reference.table("factors")["value"].min() > 0


def test_codes_keep_their_zeros() -> None:
    assert "0220" in set(reference.table("green_catalogue_2025")["gbt4754"])


def test_the_version_changes_with_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.version("factors", "parameters")
    assert reference.version("factors", "parameters") == before
    shifted = reference.table("factors")
    shifted.loc[0, "value"] += 0.0001
    original = reference.table
    monkeypatch.setattr(
        reference, "table", lambda name, folder=None: shifted if name == "factors" else original(name, folder)
    )
    assert reference.version("factors", "parameters") != before


def test_the_weakest_status_wins() -> None:
    assert reference.worst_status(["official", "unverified", "assumption"]) == "unverified"


@pytest.mark.parametrize("name", ["taxonomy", "methodologies"])
def test_every_technology_has_its_rule(name: str) -> None:
    technologies = reference.table("technologies")["technology"]
    assert sorted(reference.table(name)["technology"]) == sorted(technologies)


def test_technologies_named_in_any_table_exist() -> None:
    known = set(reference.table("technologies")["technology"]) | {"*"}
    assert set(reference.table("parameters")["technology"]) <= known
    assert set(reference.table("capital_ratios")["technology"]) <= known
    for name in ("siting_rules", "admission_rules"):
        named = reference.table(name)["technologies"].dropna().str.split(";").explode().str.removeprefix("!")
        assert set(named) <= known, name


def test_low_and_high_stand_on_either_side_of_central() -> None:
    rows = reference.table("parameters")
    known = rows[rows["central"].notna()]
    low, high = known[["low", "high"]].min(axis=1), known[["low", "high"]].max(axis=1)
    assert known["central"].between(low, high).all()
    assert rows["low"].notna().all() and rows["high"].notna().all()


def test_an_edited_table_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("value,unit,source,year,status\n1,t,甲,2024,official\n", "utf-8")
    assert reference.table("prices", tmp_path)["value"].tolist() == [1]
    file.write_text("value,unit,source,year,status\n25,t,甲,2024,official\n", "utf-8")
    assert reference.table("prices", tmp_path)["value"].tolist() == [25]
