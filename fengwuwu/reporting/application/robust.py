"""How the plan stands when figures turn out otherwise, from an analysis that lies beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.optimize import Plan, Robustness
from fengwuwu.optimize.robust.tables import HALF, OFTEN
from fengwuwu.optimize.stability import decided
from fengwuwu.reporting import figures
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.facts import Facts
from fengwuwu.reporting.tables import Column

FILE = "robustness.json"
SOURCE = "稳健性分析（robustness.json）"
QUANTILES: dict[str, str | Column] = {
    "measure": "指标",
    "unit": "单位",
    "p5": Column("5%分位", digits=0),
    "p50": Column("中位", digits=0),
    "p95": Column("95%分位", digits=0),
}


def beside(plan: Path) -> Path:
    """Where ``optimize --robust`` leaves its analysis of a plan file."""
    return plan.with_name(FILE)


def find(path: Path, plan: Plan) -> Robustness | None:
    """The analysis beside a plan file; None when there is none, or it is of other decisions."""
    if not beside(path).is_file():
        return None
    found = Robustness.load(beside(path))
    chosen = found.selection[found.selection["planned"]]
    starts = dict(zip(chosen["project_id"], chosen["planned_start"], strict=True))
    same = {name: start for name, (_, start) in decided(plan.decisions).items()} == starts
    return found if same and found.title == plan.scenario.title else None


def register(facts: Facts, application: Application, found: Robustness) -> None:
    """Facts of the analysis: ``n_draws, n_firm, n_weak`` and the quantiles ``held_low, held_high, shortfall_share``."""
    planned = found.selection[found.selection["planned"]]
    # What rests on assumed ranges, or on illustrative projects, is an assumption itself.
    assumed = application.illustrative or bool((found.ranges["status"] == "assumption").any())
    status = "assumption" if assumed else "estimate"
    given: dict[str, Any] = {"source": SOURCE}
    facts.add("n_draws", len(found.draws), unit="次", label="抽样次数", rule="按抽样计数", **given)
    counts = (
        ("n_firm", (planned["frequency"] >= OFTEN).sum(), "九成以上抽样中仍入选的项目数"),
        ("n_weak", (planned["frequency"] < HALF).sum(), "不到一半抽样入选的项目数"),
    )
    for name, value, label in counts:
        facts.add(name, int(value), unit="个", label=label, rule="各次抽样分别求最好方案，数入选次数", **given)
    held, short = found.draws["held_t"], found.draws["shortfall_wan_yuan"]
    rule = "各项假设在其范围内抽样，取分位"
    for name, part in (("held_low", 0.05), ("held_high", 0.95)):
        label = f"本方案减排量的{'低' if part < HALF else '高'}分位（{100 * part:g}%）"
        facts.add(name, float(held.quantile(part)), unit="tCO2e", label=label, status=status, rule=rule, **given)
    facts.add(
        "shortfall_share",
        100 * float((short > 0).mean()),
        unit="%",
        label="出现资金缺口的抽样所占比例",
        status=status,
        rule="按抽样计数",
        **given,
    )


def quantiles(found: Robustness) -> pd.DataFrame:
    """The measures with their quantiles over the draws."""
    return found.quantiles


def figure(application: Application, found: Robustness) -> Figure:
    """How often each project is chosen, and the regret."""
    return figures.robustness(found.selection, found.draws, notice=application.notice)
