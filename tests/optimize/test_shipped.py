"""The shipped illustrative batch under the shipped scenarios."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu import paths
from fengwuwu.optimize import Plan, Scenario, allocate
from fengwuwu.projects.assess import assess
from fengwuwu.projects.library import Library

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    with Library.open(tmp_path_factory.mktemp("library") / "library.gpkg") as library:
        for name in ("public_projects.csv", "illustrative_candidates.csv"):
            library.import_file(paths.PROJECTS / name, by="测试", reason="测试")
        return pd.DataFrame(assess(library.projects()))


@pytest.fixture(scope="module")
def baseline(assessed: pd.DataFrame) -> Plan:
    # Only the proof ends the search: what the machine does besides must not decide it.
    return allocate(assessed, Scenario.load("baseline", ROOT / "golden" / "patient.yaml"))


@pytest.mark.slow
def test_baseline_is_proven_and_sound(baseline: Plan) -> None:
    assert baseline.status == "proven_optimal", baseline.proof
    assert "关闭预处理" in baseline.proof
    assert baseline.runtime is not None
    assert baseline.verify().empty
    assert baseline.data_kind == "illustrative"
    assert "示例数据，不得作为申报依据" in baseline.summary()


@pytest.mark.slow
def test_money_binds_and_every_public_project_stays_out(assessed: pd.DataFrame, baseline: Plan) -> None:
    assert 0.3 < baseline.decisions["funded"].mean() < 0.9
    public = set(assessed["project_id"][assessed["data_kind"] == "public"])
    assert public <= set(baseline.set_aside["project_id"])
    assert not public & set(baseline.decisions["project_id"])
    refused = assessed[(assessed["data_kind"] == "illustrative") & (assessed["admission_status"] == "returned")]
    reasons = baseline.set_aside.set_index("project_id")["reason"]
    assert reasons[refused["project_id"]].str.contains("未入库（入库状态：退回）").all()


@pytest.mark.slow
def test_workbook(baseline: Plan, tmp_path: Path) -> None:
    baseline.to_excel(tmp_path / "方案.xlsx")
    sheets = pd.read_excel(tmp_path / "方案.xlsx", sheet_name=None, header=None, engine="openpyxl")
    assert list(sheets) == ["说明", "决策", "资金来源与年份", "资金安排", "指标", "未参与", "假设"]
    for sheet in sheets.values():
        assert sheet.iloc[0, 0] == "示例数据，不得作为申报依据"
        assert sheet.iloc[1, 0] == "偿债覆盖未检验（假设）"
    body = sheets["资金安排"].iloc[3:]
    assert pd.to_numeric(body.iloc[:, -2]).sum() == pytest.approx(baseline.financing["amount_wan_yuan"].sum())
    sums = sheets["资金来源与年份"].iloc[-1]
    assert sums.iloc[0] == "合计"
    assert sums.iloc[-1] == pytest.approx(baseline.financing["amount_wan_yuan"].sum())
    shown = sheets["决策"].iloc[2].tolist()
    assert {"项目编号", "入选", "开工年", "安排资金（万元）"} <= set(shown)
    assert all(not str(h).isascii() for h in shown)
    facts = dict(sheets["说明"].iloc[3:].itertuples(index=False, name=None))
    assert facts["独立复核"] == "未发现违反约束"
    assert facts["偿债覆盖"] == "未检验（假设）"


@pytest.mark.slow
@pytest.mark.parametrize(("county", "part_of_money"), [("奉节县", 1 / 3), ("巫山县", 1 / 4), ("巫溪县", 1 / 6)])
def test_part_of_the_batch_equals_enumeration(
    county: str,
    part_of_money: float,
    assessed: pd.DataFrame,
    enumerated: Callable[[pd.DataFrame, Scenario], float | None],
) -> None:
    """Six admitted projects of one county, with so little money that it binds."""
    part = assessed[(assessed["county"] == county) & (assessed["admission_status"] == "admitted")]
    part = part[part["data_kind"] == "illustrative"]
    used = part.rename(columns={c: c.removesuffix("_used") for c in part.columns if c.endswith("_used")})
    used = used.loc[:, ~used.columns.duplicated(keep="last")]
    used["latest_start"] = used["latest_start"].fillna(2100)
    used["divisible"] = False
    used = used[used["requires"].isna()].sort_values("financing_need_wan_yuan").tail(6)
    full = Scenario.load("baseline").model_dump(mode="json")
    for inst in full["instruments"].values():
        for budget in (inst["budget_wan_yuan"], *inst["county_budget_wan_yuan"].values()):
            budget.update({t: v * part_of_money for t, v in budget.items()})
    full["limits"] = {"adaptation_floor": full["limits"]["adaptation_floor"]}
    scenario = Scenario.model_validate(full | {"objective": "emission_reduction"})
    columns = [c for c in part.columns if not c.endswith(("_rule", "_status")) or c == "admission_status"]
    plan = allocate(part.loc[used.index, columns].assign(divisible=False), scenario)
    best = enumerated(used, scenario)
    assert best is not None
    assert 0 < plan.decisions["funded"].sum() < 6
    assert plan.objective == pytest.approx(best, rel=2e-6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lean_money", "pbc_ends_2027"])
def test_variants(name: str, assessed: pd.DataFrame, baseline: Plan) -> None:
    """Less money never saves more."""
    plan = allocate(assessed, Scenario.load(name))
    assert plan.status == "proven_optimal", plan.proof
    assert plan.verify().empty
    assert plan.objective is not None
    assert baseline.objective is not None
    assert plan.objective <= baseline.objective * (1 + 1e-6)
