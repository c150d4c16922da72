"""The tables of a robustness analysis, from the cases that were drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fengwuwu.optimize.robust.case import Case
from fengwuwu.optimize.robust.conservative import tail_mean
from fengwuwu.optimize.stability import Decided

DRAW_COLUMNS = {
    "draw": "抽样",
    "status": "结论",
    "held_t": "本方案全部实施的减排量（tCO2e）",
    "more_wan_yuan": "本方案融资需求增加（万元）",
    "shortfall_wan_yuan": "本方案资金缺口（万元）",
    "broken": "不再满足的上下限",
    "kept_t": "缺口无人补足时的减排量（tCO2e）",
    "dropped": "须放弃的项目",
    "best_t": "事先知道时的最好方案（tCO2e）",
    "bound_t": "其可信上界（tCO2e）",
    "gap": "相对差距",
    "regret_low_t": "后悔值下界（tCO2e）",
    "regret_high_t": "后悔值上界（tCO2e）",
    "funded_count": "最好方案入选数",
    "in_common": "与本方案相同的入选数",
    "cautious_held_t": "保守方案的减排量（tCO2e）",
    "cautious_shortfall_wan_yuan": "保守方案资金缺口（万元）",
}
SELECTION_COLUMNS = {
    "project_id": "项目编号",
    "project_name": "项目名称",
    "county": "所在县",
    "planned": "本方案入选",
    "planned_start": "本方案开工年",
    "frequency": "入选频率（0–1）",
    "mean_fraction": "平均实施比例",
    "usual_start": "最常见开工年",
    "verdict": "判断",
}
QUANTILE_COLUMNS = {
    "measure": "指标",
    "unit": "单位",
    "draws": "抽样数",
    "mean": "平均",
    **{f"p{q}": f"{q}% 分位" for q in (5, 10, 25, 50, 75, 90, 95)},
}
COMPARISON_COLUMNS = {
    "measure": "指标",
    "unit": "单位",
    "plan": "本方案",
    "cautious": "保守方案",
    "difference": "保守方案减本方案",
}
OFTEN, HALF = 0.9, 0.5
MEASURES = {
    "held_t": ("本方案全部实施的减排量", "tCO2e"),
    "more_wan_yuan": ("本方案融资需求增加", "万元"),
    "shortfall_wan_yuan": ("本方案资金缺口", "万元"),
    "kept_t": ("缺口无人补足时的减排量", "tCO2e"),
    "best_t": ("事先知道时的最好方案", "tCO2e"),
    "regret_low_t": ("后悔值（下界）", "tCO2e"),
    "regret_high_t": ("后悔值（上界）", "tCO2e"),
}


def draw_table(cases: Sequence[Case], cautious: Sequence[Case], decided: Decided, need: float) -> pd.DataFrame:
    """One row per draw; `need` is what the plan's decisions need as planned, 万元."""
    rows = []
    for k, case in enumerate(cases):
        low, high = case.regret_t
        rows.append({
            "draw": k + 1,
            "status": case.status,
            "held_t": case.held_t,
            "more_wan_yuan": case.held_need_wan_yuan - need,
            "shortfall_wan_yuan": case.shortfall_wan_yuan,
            "broken": "、".join(case.broken),
            "kept_t": case.kept_t,
            "dropped": "、".join(case.dropped),
            "best_t": case.best_t,
            "bound_t": case.bound_t,
            "gap": (case.bound_t - case.best_t) / max(abs(case.best_t), 1e-9),
            "regret_low_t": low,
            "regret_high_t": high,
            "funded_count": len(case.best) if case.best_t == case.best_t else None,
            "in_common": len(case.best.keys() & decided.keys()) if case.best_t == case.best_t else None,
            "cautious_held_t": cautious[k].held_t if cautious else None,
            "cautious_shortfall_wan_yuan": cautious[k].shortfall_wan_yuan if cautious else None,
        })
    return typed(pd.DataFrame(rows, columns=list(DRAW_COLUMNS)))


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Column types of the table of draws (used again when it is read back); an unknown bound is missing."""
    kinds: dict[str, str] = dict.fromkeys(DRAW_COLUMNS, "float64")
    kinds |= dict.fromkeys(("status", "broken", "dropped"), "object")
    kinds |= {"draw": "int64", "funded_count": "Int64", "in_common": "Int64"}
    return table.astype(kinds).replace([np.inf, -np.inf], np.nan)


def selection(decisions: pd.DataFrame, cases: Sequence[Case]) -> pd.DataFrame:
    """How often each project is in the best plan of a draw, the most frequent first.

    Only draws solved to the gap count: what a search that ran out of time had found says little about the best plan.
    """
    solved = [case.best for case in cases if case.status == "within_gap"]
    rows = []
    for row in decisions.to_dict("records"):
        name = str(row["project_id"])
        chosen = [best[name] for best in solved if name in best]
        starts = pd.Series([s for _, s in chosen], dtype="int64").mode()
        frequency = len(chosen) / len(solved) if solved else np.nan
        rows.append({
            "project_id": name,
            "project_name": row["project_name"],
            "county": row["county"],
            "planned": bool(row["funded"]),
            "planned_start": row["start_year"],
            "frequency": frequency,
            "mean_fraction": sum(part for part, _ in chosen) / len(solved) if solved else np.nan,
            "usual_start": int(starts.iloc[0]) if len(starts) else None,
            "verdict": verdict(bool(row["funded"]), frequency),
        })
    table = pd.DataFrame(rows, columns=list(SELECTION_COLUMNS))
    table = table.sort_values(["frequency", "project_id"], ascending=[False, True], ignore_index=True)
    return typed_selection(table)


def typed_selection(table: pd.DataFrame) -> pd.DataFrame:
    """Column types of the table of selections."""
    return table.astype({
        "planned": bool,
        "planned_start": "Int64",
        "usual_start": "Int64",
        "frequency": float,
        "mean_fraction": float,
    })


def verdict(planned: bool, frequency: float) -> str:
    """What a frequency says about a project."""
    if frequency != frequency:
        return ""
    if planned:
        return "稳妥" if frequency >= OFTEN else "较稳" if frequency >= HALF else "取决于假设"
    return "落选但常被选中" if frequency >= HALF else ""


def quantiles(draws: pd.DataFrame) -> pd.DataFrame:
    """Mean and quantiles of the measures over the draws that have them."""
    rows = []
    for key, (label, unit) in MEASURES.items():
        values = draws[key].dropna().to_numpy(float)
        row: dict[str, object] = {"measure": label, "unit": unit, "draws": len(values)}
        if len(values):
            row["mean"] = float(values.mean())
            row |= {f"p{q}": float(np.quantile(values, q / 100)) for q in (5, 10, 25, 50, 75, 90, 95)}
        rows.append(row)
    return pd.DataFrame(rows, columns=list(QUANTILE_COLUMNS))


def comparison(
    draws: pd.DataFrame, tail: float, planned: tuple[float, float], central: tuple[float, float]
) -> pd.DataFrame:
    """The plan beside the conservative one; `planned` and `central`: tonnes of both as planned, at central values."""
    held = [draws[c].to_numpy(float) for c in ("held_t", "cautious_held_t")]
    short = [draws[c].to_numpy(float) for c in ("shortfall_wan_yuan", "cautious_shortfall_wan_yuan")]
    rows: list[tuple[str, str, list[float]]] = [
        ("减排量（按方案所用的值）", "tCO2e", list(planned)),
        ("减排量（按中值）", "tCO2e", list(central)),
        ("减排量：抽样平均", "tCO2e", [float(v.mean()) for v in held]),
        (f"减排量：最差 {100 * tail:g}% 的平均", "tCO2e", [tail_mean(v, tail) for v in held]),
        ("出现资金缺口的频率", "0–1", [float((v > 0).mean()) for v in short]),
        ("资金缺口：平均", "万元", [float(v.mean()) for v in short]),
        ("资金缺口：90% 分位", "万元", [float(np.quantile(v, 0.9)) for v in short]),
    ]
    return pd.DataFrame(
        [(label, unit, plan, cautious, cautious - plan) for label, unit, (plan, cautious) in rows],
        columns=list(COMPARISON_COLUMNS),
    )
