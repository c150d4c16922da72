"""Which sources may finance a project, what is left of them, and for whom the rest was used."""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize import terms
from fengwuwu.optimize.plan import Plan
from fengwuwu.region import COUNTY_NAMES

_SHOWN = 5  # projects named as users of the sources


def sentence(plan: Plan, name: str) -> str:
    """Which sources may finance it, what is left of them, and who draws most on those that are used up."""
    numbers = terms.derive(plan.projects, plan.scenario)
    at = numbers.ids.index(name)
    counties = [c for c, _ in enumerate(COUNTY_NAMES) if numbers.county_share[at, c] > 0]
    shown: list[str] = []
    users = np.zeros(numbers.n)
    for key, most in zip(numbers.instruments, numbers.most[at], strict=True):
        source = plan.scenario.instruments[key]
        if most <= 0:
            continue
        money = plan.financing[plan.financing["instrument"] == key].groupby("project_id")["amount_wan_yuan"].sum()
        spent = np.array([float(money.get(other, 0.0)) for other in numbers.ids])
        if source.budget_wan_yuan:
            rest, scope = sum(source.budget_wan_yuan.values()) - spent.sum(), "全部年份的额度"
        elif source.county_budget_wan_yuan:  # of a project in several counties, the one with the least left decides
            budgets = [sum(source.county_budget_wan_yuan.get(name, {}).values()) for name in COUNTY_NAMES]
            rest, scope = min((budgets - spent @ numbers.county_share)[counties]), "所在县全部年份的额度"
            spent = spent * numbers.county_share[:, counties].sum(axis=1)
        else:
            shown.append(source.label)
            continue
        shown.append(f"{source.label}（{scope}余 {max(rest, 0):,.0f} 万元）")
        if rest < 0.5:
            users += spent
    if not shown:
        return "没有一种资金来源可以用于它。"
    words = f"融资需求 {numbers.need[at]:,.0f} 万元，可用来源：{'、'.join(shown)}。"
    order = [p for p in np.argsort(-users, kind="stable") if users[p] > 0]
    first = "、".join(f"{numbers.ids[p]} {users[p]:,.0f} 万元" for p in order[:_SHOWN])
    more = f"等 {len(order)} 个" if len(order) > _SHOWN else ""
    return words + (f"已用完的来源主要用于 {first}{more}。" if order else "")
