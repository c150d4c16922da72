"""How the plan stands when figures turn out otherwise, from an analysis that lies beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.optimize import Robustness
from fengwuwu.optimize.robust.tables import HALF, OFTEN
from fengwuwu.reporting import figures
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.facts import Facts
from fengwuwu.reporting.tables import Column

SOURCE = "稳健性分析"
QUANTILES: dict[str, str | Column] = {
    "measure": "指标",
    "unit": "单位",
    "p5": Column("5%分位", digits=0),
    "p50": Column("中位", digits=0),
    "p95": Column("95%分位", digits=0),
}


def register(facts: Facts, application: Application, found: Robustness) -> None:
    """Facts of the analysis: ``n_draws, n_firm, n_weak`` and the quantiles ``held_low, held_high``,
    with ``shortfall_share`` and ``shortfall_high``, how often and by how much money is short.
    """
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
    facts.add(
        "shortfall_high",
        float(short.quantile(0.95)),
        unit="万元",
        label="资金缺口的高分位（95%）",
        status=status,
        rule=rule,
        **given,
    )


def falls_short(found: Robustness) -> bool:
    """Whether money is short in any draw."""
    return bool((found.draws["shortfall_wan_yuan"] > 0).any())


def quantiles(found: Robustness) -> pd.DataFrame:
    """The measures with their quantiles over the draws."""
    return found.quantiles


def figure(application: Application, found: Robustness) -> Figure:
    """How often each project is chosen, and the regret."""
    return figures.robustness(found.selection, found.draws, notice=application.notice)
