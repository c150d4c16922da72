"""What more money of a source, and every floor or cap, is worth: by solving again; LP shadow prices named as such."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from fengwuwu.optimize import model, solve, terms
from fengwuwu.optimize.arrays import extract
from fengwuwu.optimize.model import TONNES
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons.what_if import first_proven, what_if
from fengwuwu.optimize.scenario import Instrument, Scenario

MORE = 10_000.0  # 万元: one 亿元
MORE_COLUMNS = ["instrument", "label", "outcome", "proven"]
ATTENTION = "每一条都是单独改动、其他不变时的结果，不能相加。"


def amount(plan: Plan, value: float) -> str:
    """A difference of the first objective."""
    if plan.scenario.goals[0] == "emission_reduction":
        return f"{abs(value):,.0f} tCO2e"
    return f"{100 * abs(value):.4f} 个百分点"


def figure(value: float) -> str:
    """At least four significant figures, never with an exponent."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def less(plan: Plan, value: float) -> str:
    """How much worse, in words."""
    if plan.scenario.goals[0] == "emission_reduction":
        whole = f"（{100 * value / plan.objective:.3g}%）" if plan.objective else ""
        return f"少减排 {amount(plan, value)}{whole}"
    return f"比重低 {amount(plan, value)}"


def gain(plan: Plan, other: Plan) -> tuple[str, bool]:
    """How much better another plan is, as far as it is known; and whether both are proven."""
    if other.objective is None or plan.objective is None:
        return "在时限内没有求得", False
    proven = first_proven(other) and first_proven(plan)
    more = other.objective - plan.objective
    verb = "多减排" if plan.scenario.goals[0] == "emission_reduction" else "比重提高"
    if abs(more) <= 2e-6 * max(abs(plan.objective), 1e-12):
        return ("没有增益" if proven else "在时限内没有找到更好的方案"), proven
    if proven:
        return f"{verb} {amount(plan, more)}", True
    least = amount(plan, more)
    most = None if other.bound is None else amount(plan, other.bound - plan.objective)
    if most == least:
        return f"{verb} {least}", False
    return f"至少{verb} {least}{'' if most is None else f'，至多 {most}'}", False


def sentences(plan: Plan, say: Callable[[str], None]) -> Iterator[tuple[str, bool]]:
    """One sentence for each source with a budget, and for each floor or cap, and whether it is proven."""
    for key, source in plan.scenario.instruments.items():
        if source.unlimited:
            continue
        say(f"求解：{source.label}增加 1 亿元")
        scenario = with_more(plan.scenario, key)
        words, proven = gain(plan, what_if(plan, scenario=scenario))
        shadow = shadow_gain(plan, scenario)
        tail = "" if shadow is None else f"（线性松弛的影子价格合 {amount(plan, shadow)}，仅供参考）"
        yield f"{source.label}按原分年比例增加 1 亿元：{words}{tail}。", proven
    for key, limit in plan.scenario.limits.items():
        say(f"求解：取消“{limit.label}”")
        rest = {k: v for k, v in plan.scenario.model_dump()["limits"].items() if k != key}
        words, proven = gain(plan, what_if(plan, scenario=plan.scenario.changed(limits=rest)))
        yield f"取消{'下限' if limit.sense == 'floor' else '上限'}“{limit.label}”：{words}。", proven


def more_money(plan: Plan, *, seconds: float, say: Callable[[str], None] | None = None) -> pd.DataFrame:
    """What 1 亿元 more of each source is worth, each alone.

    Parameters
    ----------
    plan : Plan
    seconds : float
        For all of them together.
    say : callable, optional
        Is told in Chinese what is being solved.

    Returns
    -------
    DataFrame
        ``instrument, label, outcome`` (Chinese; without proof it says how far it is known)``, proven``.
    """
    sources = {key: source for key, source in plan.scenario.instruments.items() if not source.unlimited}
    deadline = time.perf_counter() + seconds
    rows: list[dict[str, object]] = []
    for place, (key, source) in enumerate(sources.items()):
        if say is not None:
            say(f"求解：{source.label}增加 1 亿元")
        share = max((deadline - time.perf_counter()) / (len(sources) - place), 0.5)
        words, proven = gain(plan, what_if(plan, scenario=with_more(plan.scenario, key), seconds=share))
        rows.append({"instrument": key, "label": source.label, "outcome": words, "proven": proven})
    return pd.DataFrame(rows, columns=MORE_COLUMNS).astype({"proven": bool})


def with_more(scenario: Scenario, key: str, extra: float = MORE) -> Scenario:
    """The scenario with more money of a source (万元), by the shares of the years and counties as they are."""
    instruments = scenario.model_dump()["instruments"]
    source = scenario.instruments[key]
    instruments[key] |= _more(source, extra)
    return scenario.changed(instruments=instruments)


def _more(source: Instrument, extra: float) -> dict[str, object]:
    region = sum(source.budget_wan_yuan.values())
    counties = sum(sum(b.values()) for b in source.county_budget_wan_yuan.values())
    found: dict[str, object] = {}
    if source.budget_wan_yuan:
        found["budget_wan_yuan"] = _scaled(source.budget_wan_yuan, region, extra)
    if source.county_budget_wan_yuan:
        found["county_budget_wan_yuan"] = {
            county: _scaled(budget, sum(budget.values()), extra * sum(budget.values()) / counties if counties else 0.0)
            for county, budget in source.county_budget_wan_yuan.items()
        }
    return found


def _scaled(budget: dict[int, float], whole: float, extra: float) -> dict[int, float]:
    if whole > 0:
        return {year: money * (1 + extra / whole) for year, money in budget.items()}
    return {year: extra / len(budget) for year in budget}


def shadow_gain(plan: Plan, scenario: Scenario) -> float | None:
    """Σ dual × change of the right-hand side in the linear relaxation: what it is often called, not what it is worth.

    None when the objective is the share, whose relaxation is not linear.
    """
    if plan.scenario.goals[0] != "emission_reduction":
        return None
    before, after = (model.build(terms.derive(plan.projects, s), plan.stability) for s in (plan.scenario, scenario))
    arrays = extract(before.problem).objective(before.emission())
    found = solve.run_highs(arrays, relax=True, time_limit=20)
    if found.row_duals is None:
        return None
    new = extract(after.problem)
    place = {name: i for i, name in enumerate(new.names)}
    finite = np.isfinite(arrays.row_upper)
    more = np.array([new.row_upper[place[n]] for n in arrays.names])[finite] - arrays.row_upper[finite]
    return float(TONNES * (found.row_duals[finite] @ more))
