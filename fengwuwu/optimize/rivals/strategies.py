"""What simple ways of choosing would reach under the same rules, beside the best plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fengwuwu.errors import FengwuwuError
from fengwuwu.optimize import cells, parallel, terms
from fengwuwu.optimize.decided_plan import decided_plan
from fengwuwu.optimize.parallel import Progress
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.rivals.alternatives import check_goal
from fengwuwu.optimize.rivals.greedy import Order, Taken, take
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE

FILED = "filing_date"
COLUMNS = [
    "strategy",
    "funded_count",
    "financing_wan_yuan",
    "emission_reduction_t",
    "shortfall_t",
    "shortfall_most_t",
    "share_of_best",
    "note",
]
HEADERS = {
    "strategy": "选择办法",
    "funded_count": "入选项目数",
    "financing_wan_yuan": "安排资金（万元）",
    "emission_reduction_t": "核算期减排量（tCO2e）",
    "shortfall_t": "比本方案少（tCO2e）",
    "shortfall_most_t": "比可信上界少（tCO2e）",
    "share_of_best": "为本方案的比例（0–1）",
    "note": "说明",
}
BEST, FILED_FIRST, CHEAPEST, RANDOM = "本方案（优化）", "先到先得", "按每万元减排量排序", "随机次序"


@dataclass(frozen=True)
class Strategies:
    """Simple strategies beside the plan.

    Attributes
    ----------
    table : DataFrame
        Columns of `COLUMNS`; the plan first. ``shortfall_t`` is what the strategy saves less than the plan,
        ``shortfall_most_t`` less than any plan could (equal when the plan is proven).
    plans : dict of str to Plan
        By ``strategy``; each stands the independent check.
    random : tuple of float
        Reductions of every random order, ascending, tCO2e.
    notice : str
        What must stand beside figures of illustrative projects.
    """

    table: pd.DataFrame
    plans: Mapping[str, Plan]
    random: tuple[float, ...]
    notice: str = ""

    def summary(self) -> str:
        """In Chinese, one line per strategy."""
        lines = [f"与简单的选择办法相比（遵守同样的规则）{self.notice}："]
        for row in self.table.to_dict("records"):
            value = row["emission_reduction_t"]
            if pd.isna(value):
                lines.append(f"  {row['strategy']}：{row['note']}")
                continue
            less = row["shortfall_t"]
            gap = "" if row["strategy"] == BEST else f"，比本方案{'少' if less >= 0 else '多'} {abs(less):,.0f} t"
            share = "" if row["strategy"] == BEST else f"（为其 {100 * row['share_of_best']:.1f}%）"
            note = f"；{row['note']}" if row["note"] else ""
            lines.append(
                f"  {row['strategy']}：入选 {row['funded_count']} 个，减排 {value:,.0f} tCO2e{gap}{share}{note}"
            )
        return "\n".join(lines)

    def sheet(self) -> pd.DataFrame:
        """The table with Chinese headers."""
        return self.table.rename(columns=HEADERS)


def strategies(
    plan: Plan,
    assessed: pd.DataFrame | None = None,
    *,
    orders: int = 30,
    seed: int = 1,
    seconds: float = 20.0,
    workers: int | None = None,
    dask: str | None = None,
    progress: Progress | None = None,
) -> Strategies:
    """First come first served, cost-effectiveness ranking and random orders, each under all rules of the scenario.

    Every strategy takes projects in its order, each at its earliest possible start, as long as a plan that keeps all
    rules remains possible (see `greedy.take`); the money is then arranged at the least cost.

    Parameters
    ----------
    plan : Plan
        The best plan for the reductions.
    assessed : DataFrame, optional
        The table the plan was made from: its column ``filing_date`` says who came first; projects without a date come
        last. Without the column, the order of the table (without the table, of the ids) is taken, and said.
    orders : int
        How many random orders.
    seed : int
        Of the random orders.
    seconds : float
        For one question whether the rules can still be kept; unanswered ones count as no and are reported.

    Raises
    ------
    ScenarioError
        The plan has no decisions, or its first objective is not the reductions.
    """
    check_goal(plan)
    ids = [str(name) for name in plan.projects["project_id"]]
    first, how = _filed(ids, assessed)
    named = {FILED_FIRST: first, CHEAPEST: _cheapest(plan)}
    shuffled = [[ids[i] for i in np.random.default_rng([seed, k]).permutation(len(ids))] for k in range(orders)]
    asked = [Order(plan.projects, plan.scenario, tuple(order), seconds) for order in [*named.values(), *shuffled]]
    found = parallel.run(take, asked, workers, dask, progress)
    plans, rows = {}, [_row(plan, BEST, plan, "" if plan.status == "proven_optimal" else STATUS_LABELS[plan.status])]
    notes = {FILED_FIRST: how, CHEAPEST: "核算期减排量（最早开工）除以融资需求，从高到低"}
    for name, taken in zip(named, found, strict=False):
        made = None if taken is None else _planned(plan, taken, name)
        if made is not None:
            plans[name] = made
        rows.append(_row(plan, name, made, _note(notes[name], taken)))
    drawn = sorted((t for t in found[len(named) :] if t is not None), key=lambda t: t.reduction_t)
    places = {"最差": 0, "中位": (len(drawn) - 1) // 2, "最好": len(drawn) - 1} if drawn else {}
    for word, place in places.items():
        name = f"{RANDOM}（{len(drawn)} 次中{word}）"
        plans[name] = _planned(plan, drawn[place], name)
        rows.append(_row(plan, name, plans[name], _note(f"随机种子 {seed}", drawn[place])))
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"funded_count": "Int64"})
    notice = f"（{ILLUSTRATIVE_NOTICE}）" if plan.data_kind == "illustrative" else ""
    return Strategies(table, plans, tuple(t.reduction_t for t in drawn), notice)


def _filed(ids: list[str], assessed: pd.DataFrame | None) -> tuple[list[str], str]:
    """Ids by filing date, and how the order was made."""
    if assessed is None:
        return ids, "没有申报日期，按项目编号的次序"
    listed = [str(name) for name in assessed["project_id"]]
    place = {name: i for i, name in enumerate(listed)}
    if FILED not in assessed or assessed[FILED].isna().all():
        return sorted(ids, key=lambda name: place.get(name, len(place))), "没有申报日期，按项目表的次序"
    dates = {
        name: "9999" if cells.missing(day) else str(day)[:10] for name, day in zip(listed, assessed[FILED], strict=True)
    }
    ordered = sorted(ids, key=lambda name: (dates.get(name, "9999"), place.get(name, len(place))))
    return ordered, "按申报日期；同日按项目表的次序"


def _cheapest(plan: Plan) -> list[str]:
    """Ids by reductions at the earliest start per 万元 to be financed, highest first."""
    numbers = terms.derive(plan.projects, plan.scenario)
    saved = np.array([by_start[0] for by_start in numbers.reductions])
    worth = np.where(numbers.need > 0, saved / np.where(numbers.need > 0, numbers.need, 1), np.inf)
    return [numbers.ids[p] for p in np.argsort(-worth, kind="stable")]


def _planned(plan: Plan, taken: Taken, name: str) -> Plan:
    made = decided_plan(plan, taken.decided, f"按“{name}”选定，不是优化结果")
    if len(made.verify()):
        raise FengwuwuError(f"“{name}”的方案未通过独立复核，没有采用。", remedy="这是程序的问题，请报告。")
    return made


def _note(note: str, taken: Taken | None) -> str:
    if taken is None:
        return f"{note}；没有满足全部规则的方案"
    return note + (f"；有 {taken.unanswered} 处未在时限内判定，按不可行计" if taken.unanswered else "")


def _row(plan: Plan, name: str, made: Plan | None, note: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(COLUMNS) | {"strategy": name, "note": note}
    if made is None:
        return row
    best, value = float(plan.stages["final"].iloc[0]), float(made.stages["final"].iloc[0])
    bound = float("nan") if plan.bound is None else plan.bound
    return row | {
        "funded_count": int(made.decisions["funded"].sum()),
        "financing_wan_yuan": float(made.financing["amount_wan_yuan"].sum()),
        "emission_reduction_t": value,
        "shortfall_t": best - value,
        "shortfall_most_t": max(bound - value, 0.0),
        "share_of_best": value / best if best else 1.0,
    }
