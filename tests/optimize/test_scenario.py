"""Scenarios are strict, overlay one another, and say in Chinese what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fengwuwu import paths
from fengwuwu.errors import ScenarioError
from fengwuwu.optimize import Scenario, scenario_files

Data = Callable[..., dict[str, Any]]


def test_schema_and_defaults_are_in_step_with_the_model() -> None:
    """Renew by writing `schema_text()` and `defaults_text()` to these files."""
    assert (paths.SCENARIOS / "schema.json").read_text(encoding="utf-8") == scenario_files.schema_text()
    assert (paths.SCENARIOS / "defaults.yaml").read_text(encoding="utf-8") == scenario_files.defaults_text()


def test_every_field_is_documented_in_chinese() -> None:
    def check(schema: dict[str, Any], where: str) -> None:
        for name, part in schema.get("properties", {}).items():
            text = part.get("description", "")
            assert any("\u4e00" <= c <= "\u9fff" for c in text), f"{where}.{name} has no Chinese description"

    schema = Scenario.model_json_schema()
    check(schema, "Scenario")
    for name, part in schema["$defs"].items():
        check(part, name)


@pytest.mark.parametrize("path", sorted(paths.SCENARIOS.glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_scenarios_load_and_mark_their_assumptions(path: Path) -> None:
    if path.stem == "defaults":
        return  # a list of defaults, not a scenario
    scenario = Scenario.load(path)
    assert scenario.name == path.stem
    table = scenario.assumptions()
    assert list(table.columns) == ["项目", "数值", "单位", "状态", "来源", "说明"]
    assert set(table["状态"]) <= {"官方", "估算", "假设", "未核实", "待补充"}
    budgets = table[table["项目"].str.contains("额度")]
    assert len(budgets) and (budgets["状态"] == "假设").all()
    base = table[table["项目"].str.contains("库外固定资产投资")]
    assert len(base)
    assert base.loc[base["项目"].str.contains("巫"), "状态"].eq("假设").all(), "only Fengjie publishes annual figures"
    if path.stem == "baseline":
        cover = table[table["项目"].str.contains("偿债覆盖")].iloc[0]
        assert (cover["数值"], cover["状态"]) == ("不检验", "假设")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nme": 1}, "不认识的项"),
        ({"start_years": []}, "start_years"),
        ({"start_years": [2040]}, "不在 budget_years 之内"),
        ({"budget_years": [2027, 2029]}, "连续"),
        ({"gap": 2}, "gap"),
        ({"objective": "climate_share"}, "base_investment"),
        ({"limits": {"x": {"label": "限", "sense": "floor"}}}, "value 与 percent"),
        ({"limits": {"x": {"label": "限", "sense": "floor", "value": 1, "county": "北京"}}}, "不认识的县名"),
        ({"limits": {"x": {"label": "限", "sense": "cap", "value": 1, "instruments": ["gold"]}}}, "gold"),
        ({"instruments": {"loan": {"label": "贷款", "kind": "debt"}}}, "unlimited"),
        ({"instruments": {"loan": {"label": "贷款", "kind": "debt", "unlimited": True, "rte": 0.1}}}, "rte"),
    ],
)
def test_faults_are_named(changes: dict[str, Any], said: str, scenario_data: Data) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.model_validate(scenario_data(**changes))
    assert said in str(caught.value)


def test_overlay_replaces_and_null_removes(tmp_path: Path) -> None:
    overlay = tmp_path / "本地.yaml"
    overlay.write_text(
        "name: local\ninstruments:\n  ccer_pledge: null\n  green_loan: {rate: 0.03}\ntime_limit: 9\n", encoding="utf-8"
    )
    base, made = Scenario.load("baseline"), Scenario.load("baseline", overlay)
    assert made.name == "local"
    assert made.time_limit == 9
    assert "ccer_pledge" in base.instruments and "ccer_pledge" not in made.instruments
    assert made.instruments["green_loan"].rate == 0.03
    assert made.instruments["green_loan"].tenor_years == base.instruments["green_loan"].tenor_years


@pytest.mark.parametrize("part", ["instruments", "limits", "base_investment", "county_debt"])
def test_every_group_of_named_entries_can_lose_one(part: str, tmp_path: Path) -> None:
    first, second = tmp_path / "甲.yaml", tmp_path / "乙.yaml"
    debt = "county_debt:\n  奉节县: {max_annual_service_wan_yuan: 900}\n"
    first.write_text(f"extends: baseline\nobjective: emission_reduction\n{debt}", encoding="utf-8")
    base = Scenario.load(first)
    gone, *kept = getattr(base, part)
    second.write_text(f"extends: 甲.yaml\n{part}:\n  {gone}: null\n", encoding="utf-8")
    assert list(getattr(Scenario.load(second), part)) == kept


def test_a_fault_is_placed_in_the_file_it_stands_in_and_the_likely_word_is_named(tmp_path: Path) -> None:
    base, own = tmp_path / "底.yaml", tmp_path / "自拟.yaml"
    base.write_text("extends: baseline\nlimits:\n  wuxi_floor: {percent: 20}\n", encoding="utf-8")
    own.write_text("extends: 底.yaml\nname: own\ntime_limt: 5\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(own)
    found = {problem.field: problem for problem in caught.value.problems}
    assert (found["time_limt"].file, found["time_limt"].row) == ("自拟.yaml", 3)
    assert "是否应为 time_limit" in found["time_limt"].remedy
    assert (found["limits.wuxi_floor.percent"].file, found["limits.wuxi_floor.percent"].row) == ("底.yaml", 3)
    assert "20% 写作 0.2" in found["limits.wuxi_floor.percent"].remedy
    assert "第 3 行，字段“time_limt”" in str(caught.value)
    assert "列“" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("name: a\ntime_limit：5\n", "缺少半角冒号"), ("name: a\n\tgap: 1\n", "制表符"), ("name: a: b\n", "两个冒号")],
)
def test_usual_slips_of_yaml_are_told_in_chinese(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "坏.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=said) as caught:
        Scenario.load(path)
    assert "半角" in caught.value.remedy


@pytest.mark.parametrize("text", ["a: [1", "- 1\n- 2\n", "name: a\nname: b\n"])
def test_a_file_that_is_no_scenario_is_one_message(text: str, tmp_path: Path) -> None:
    path = tmp_path / "坏.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"坏\.yaml"):
        Scenario.load(path)


def test_a_file_with_a_few_changes_is_told_what_to_lay_it_over(tmp_path: Path) -> None:
    alone = tmp_path / "alone.yaml"
    alone.write_text("time_limit: 60\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="--scenario baseline 本文件"):
        Scenario.load(alone)
    assert Scenario.load("baseline", alone).time_limit == 60


def test_missing_file_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"没有\.yaml"):
        Scenario.load("没有.yaml")
