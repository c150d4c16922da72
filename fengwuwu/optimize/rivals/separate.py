"""What working together is worth: the region's joint plan against three plans that each county makes for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons.what_if import first_proven, what_if
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.region import COUNTY_NAMES, REGION
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE

COLUMNS = ["area", "side", "funded_count", "financing_wan_yuan", "investment_wan_yuan", "emission_reduction_t"]
HEADERS = {
    "area": "范围",
    "side": "安排方式",
    "funded_count": "入选项目数",
    "financing_wan_yuan": "安排资金（万元）",
    "investment_wan_yuan": "总投资（万元）",
    "emission_reduction_t": "核算期减排量（tCO2e）",
}
JOINT, SEPARATE, ACROSS = "联合", "各自", "跨县项目"
RULE = (
    "口径：全区域额度按各县参加项目的融资需求之比分给三县，县级额度不变；各县只安排本县项目，跨县项目不安排；"
    "不分县的比例上下限各县分别执行，数值上下限按同一比例分解；分县的上下限与区域比重要求不再执行。"
)


@dataclass(frozen=True)
class Separate:
    """Joint against separate.

    Attributes
    ----------
    table : DataFrame
        `COLUMNS`: one row per area (each county, projects of several counties, the region) and side.
    plans : dict of str to Plan
        The plan of each county for itself.
    shares : dict of str to float
        Part of the region's budgets that each county gets, 0–1.
    missing : tuple of str
        Counties without a plan, with the reason (Chinese).
    gain_t : float or None
        Reductions of the joint plan less those of the three, tCO2e; None when a county has no plan.
    gain_without_limits_t : float or None
        The same against three plans that are spared all floors and caps: what pooling money and projects is worth even
        then. None when one of them was not found.
    proven : bool
        Whether the gains are: all plans are for reductions first, and proven in that.
    notice : str
    """

    table: pd.DataFrame
    plans: Mapping[str, Plan]
    shares: Mapping[str, float]
    missing: tuple[str, ...]
    gain_t: float | None
    gain_without_limits_t: float | None
    proven: bool
    notice: str = ""

    def summary(self) -> str:
        """A few lines in Chinese."""
        lines = [f"联合安排与三县各自安排相比{self.notice}："]
        for area, rows in self.table.groupby("area", sort=False):
            sides = [
                f"{r['side']} {r['funded_count']} 个、{r['financing_wan_yuan']:,.0f} 万元、"
                f"减排 {r['emission_reduction_t']:,.0f} tCO2e"
                for r in rows.to_dict("records")
            ]
            lines.append(f"  {area}：{'；'.join(sides)}。")
        return "\n".join([*lines, *(f"  {reason}" for reason in self.missing), *self.gains(), self.rule()])

    def gains(self) -> list[str]:
        """In Chinese what the joint plan saves more; nothing when a county has no plan."""
        if self.gain_t is None:
            return []
        proof = "已证明" if self.proven else "未证明"
        verb = "多" if self.gain_t >= 0 else "少"
        said = [f"联合安排比各自安排{verb}减排 {abs(self.gain_t):,.0f} tCO2e〔{proof}〕。"]
        if (free := self.gain_without_limits_t) is not None:
            verb = "多" if free >= 0 else "少"
            said.append(
                f"其中一部分来自各县分别执行比例上下限；各县若不执行任何上下限（联合方案照旧执行），"
                f"联合安排仍比各自安排{verb}减排 {abs(free):,.0f} tCO2e〔{proof}〕。"
            )
        return said

    def rule(self) -> str:
        """In Chinese what each county has when it plans for itself."""
        parts = "，".join(f"{county} {100 * part:.1f}%" for county, part in self.shares.items())
        return f"{RULE}分配比例：{parts}。"

    def sheet(self) -> pd.DataFrame:
        """The table with Chinese headers."""
        return self.table.rename(columns=HEADERS)


def separate(plan: Plan, *, say: Callable[[str], None] | None = None) -> Separate:
    """Three plans, each county for itself by the same rules, beside the joint plan.

    Parameters
    ----------
    plan : Plan
        The joint plan; a revised one is compared as it is, the counties' plans are free.
    say : callable, optional
        Is told in Chinese what is being solved.

    Raises
    ------
    InputError
        The joint plan has no decisions, or no project belongs to one county alone.
    """
    if plan.objective is None:
        raise InputError(f"联合方案没有决策（{plan.status_text}），无从比较。", remedy="先求得一个可行的方案。")
    need = plan.projects.groupby("county")["financing_need_wan_yuan"].sum()
    needs = {county: float(need.get(county, 0.0)) for county in COUNTY_NAMES}
    whole = sum(needs.values())
    if whole <= 0:
        raise InputError("没有只属于一个县的项目，无从比较。", remedy="核对项目表的所在县。")
    shares = {county: part / whole for county, part in needs.items()}
    plans, free, missing = {}, {}, []
    for county, part in shares.items():
        if say is not None:
            say(f"求解：{county}各自安排")
        alone = _alone(plan, county, county_scenario(plan.scenario, county, part))
        if alone.objective is None:
            missing.append(f"{county}没有方案：{alone.status_text}。{alone.message}")
            continue
        plans[county] = alone
        unbound = county_scenario(plan.scenario, county, part).changed(limits={})
        free[county] = _alone(plan, county, unbound) if alone.scenario.limits else alone
    rows = [row for county in COUNTY_NAMES for row in _county(plan, plans, county)]
    across = plan.decisions[~plan.decisions["county"].isin(COUNTY_NAMES)]
    if len(across):
        rows.append(_row(ACROSS, JOINT, plan, across))
    rows.append(_row(REGION.name, JOINT, plan, plan.decisions))
    table = pd.DataFrame(rows, columns=COLUMNS)
    gain = gain_without_limits = None
    if not missing:
        own = table[table["side"] == SEPARATE].drop(columns=["area", "side"]).sum()
        table = pd.concat([table, pd.DataFrame([{"area": REGION.name, "side": SEPARATE, **own}])], ignore_index=True)
        table["funded_count"] = table["funded_count"].astype("int64")
        joint = float(rows[-1]["emission_reduction_t"])
        gain = joint - float(own["emission_reduction_t"])
        if all(p.objective is not None for p in free.values()):
            gain_without_limits = joint - sum(float(p.decisions["window_reduction_t"].sum()) for p in free.values())
    return Separate(
        table,
        plans,
        shares,
        tuple(missing),
        gain,
        gain_without_limits,
        not missing
        and plan.scenario.goals[0] == "emission_reduction"
        and all(first_proven(p) for p in (plan, *plans.values(), *free.values())),
        f"（{ILLUSTRATIVE_NOTICE}）" if plan.data_kind == "illustrative" else "",
    )


def _alone(plan: Plan, county: str, scenario: Scenario) -> Plan:
    """The county's own plan: every other project is locked out."""
    others = plan.projects.loc[plan.projects["county"] != county, "project_id"]
    return what_if(plan.replace(stability=None), {str(name): {"locked": "out"} for name in others}, scenario)


def county_scenario(scenario: Scenario, county: str, part: float) -> Scenario:
    """The rules for one county alone: its part of the region's money, see `RULE`."""
    data = scenario.model_dump()
    for source in data["instruments"].values():
        source["budget_wan_yuan"] = {year: money * part for year, money in source["budget_wan_yuan"].items()}
    limits: dict[str, Any] = {}
    for key, limit in data["limits"].items():
        if limit["county"] is None and limit["measure"] != "climate_share":
            value = limit["value"]
            limits[key] = limit | {"value": None if value is None else value * part}
    for name, base in data["base_investment"].items():
        for kind in ("other_wan_yuan", "climate_wan_yuan") if name != county else ():
            base[kind] = dict.fromkeys(base[kind], 0.0)  # each county looks at its own share only
    return scenario.changed(instruments=data["instruments"], limits=limits, base_investment=data["base_investment"])


def _county(plan: Plan, plans: Mapping[str, Plan], county: str) -> list[dict[str, Any]]:
    rows = [_row(county, JOINT, plan, plan.decisions[plan.decisions["county"] == county])]
    if county in plans:
        rows.append(_row(county, SEPARATE, plans[county], plans[county].decisions))
    return rows


def _row(area: str, side: str, plan: Plan, decisions: pd.DataFrame) -> dict[str, Any]:
    chosen = decisions[decisions["funded"]]
    money = plan.financing[plan.financing["project_id"].isin(chosen["project_id"])]
    costs = plan.projects.set_index("project_id")["investment_wan_yuan"]
    return {
        "area": area,
        "side": side,
        "funded_count": len(chosen),
        "financing_wan_yuan": float(money["amount_wan_yuan"].sum()),
        "investment_wan_yuan": float((chosen["project_id"].map(costs) * chosen["fraction"]).sum()),
        "emission_reduction_t": float(chosen["window_reduction_t"].sum()),
    }
