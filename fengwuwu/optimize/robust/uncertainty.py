"""What is uncertain and within which documented range, project by project.

Reductions take the low, central and high values of the project table where they are given; everything else, and
projects without them, takes the ranges of ``data/reference/uncertainty.csv``. Each range has a source and a status.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.errors import InputError, Problem
from fengwuwu.optimize import cells

TABLE = "uncertainty"
QUANTITIES = ("reduction", "investment", "revenue", "carbon_price", "delay_years")
# What the plan itself assumes.
NOMINAL = {"reduction": 1.0, "investment": 1.0, "revenue": 1.0, "carbon_price": 0.0, "delay_years": 0.0}
COLUMNS = [
    "quantity",
    "name",
    "technology",
    "low",
    "central",
    "high",
    "unit",
    "correlation",
    "source",
    "status",
    "note",
]
HEADERS = {
    "name": "假设",
    "technology": "适用技术",
    "low": "低值",
    "central": "中值",
    "high": "高值",
    "unit": "单位",
    "correlation": "项目间相关系数",
    "projects": "所涉项目数",
    "source": "来源",
    "status": "状态",
    "note": "说明",
}
_RATE = "emission_reduction_t_per_year"

Figures = dict[str, np.ndarray]


@dataclass(frozen=True)
class Ranges:
    """Ranges of n projects, in the order of `ids`.

    Attributes
    ----------
    ids : list of str
    low, central, high : dict of str to ndarray, shape (n,)
        By quantity: ``reduction``, ``investment``, ``revenue`` as multiples of what the plan assumes,
        ``carbon_price`` in 元/tCO2e, ``delay_years`` in years. The plan itself assumes `NOMINAL`.
    correlation : dict of str to float
        Of the projects with one another, 0 (each on its own) to 1 (all alike).
    table : DataFrame
        The ranges used, with the number of projects each is about; columns of `HEADERS` and ``quantity``.
    """

    ids: list[str]
    low: Figures
    central: Figures
    high: Figures
    correlation: dict[str, float]
    table: pd.DataFrame

    def nominal(self) -> Figures:
        """What the plan assumes."""
        return {q: np.full(len(self.ids), NOMINAL[q]) for q in QUANTITIES}


def read(projects: pd.DataFrame, assessed: pd.DataFrame, table: pd.DataFrame | None = None) -> Ranges:
    """The ranges of the projects of a plan.

    Parameters
    ----------
    projects : DataFrame
        `Plan.projects`.
    assessed : DataFrame
        The table the plan was made from; its columns ``emission_reduction_t_per_year_low, _central, _high`` are used.
    table : DataFrame, optional
        Ranges instead of those of ``data/reference/uncertainty.csv``, same columns.

    Raises
    ------
    InputError
        A quantity is unknown or lacks a row, or its values are not in order.
    """
    rules = _checked(reference.table(TABLE) if table is None else table)
    ids = [str(name) for name in projects["project_id"]]
    technologies = ["" if cells.missing(t) else str(t) for t in projects["technology"]]
    used = {q: _rule(rules[rules["quantity"] == q], technologies) for q in QUANTITIES}
    sides: dict[str, Figures] = {}
    for side in ("low", "central", "high"):
        values = rules[side].to_numpy(float)
        # A project that no row is about is certain: what the plan assumes.
        sides[side] = {q: np.where(used[q] >= 0, values[used[q]], NOMINAL[q]) for q in QUANTITIES}
    own = _own(projects, assessed)
    given = ~np.isnan(own["low"])
    for side, values in own.items():
        sides[side]["reduction"] = np.where(given, values, sides[side]["reduction"])
    none = projects[_RATE].isna() | ~projects["reduction_ranked"]
    counted = {"reduction": ~none & ~given, "revenue": projects["annual_revenue_wan_yuan"] > 0}
    rows = []
    if given.any():
        about = {
            "quantity": "reduction",
            "name": "年减排量",
            "technology": "*",
            "unit": "tCO2e/年",
            "correlation": float(rules.loc[rules["quantity"] == "reduction", "correlation"].iloc[0]),
            "source": "项目评估：各项目自己的低值、中值、高值",
            "status": "estimate",
            "note": "数值见项目评估表",
            "projects": int(given.sum()),
        }
        rows.append(about)
    for k, row in enumerate(rules[COLUMNS].to_dict("records")):
        about_it = (used[str(row["quantity"])] == k) & np.asarray(counted.get(str(row["quantity"]), True))
        if row["quantity"] == "carbon_price":
            about_it &= np.asarray(counted["revenue"])
        rows.append({str(key): value for key, value in row.items()} | {"projects": int(about_it.sum())})
    shown = pd.DataFrame(rows, columns=[*COLUMNS, "projects"])
    correlation = {q: float(rules.loc[rules["quantity"] == q, "correlation"].iloc[0]) for q in QUANTITIES}
    return Ranges(ids, sides["low"], sides["central"], sides["high"], correlation, shown)


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    problems = []
    absent = [c for c in COLUMNS if c not in table]
    if absent:
        raise InputError(
            f"不确定性范围表缺少列：{'、'.join(absent)}。", remedy="列名见 data/reference/uncertainty.csv。"
        )
    table = table.reset_index(drop=True).astype(dict.fromkeys(("low", "central", "high", "correlation"), float))
    for i, row in enumerate(table.to_dict("records")):
        where = f"{row['quantity']}（{row['name']}）"
        if row["quantity"] not in QUANTITIES:
            problems.append(Problem(f"不认识的量 {row['quantity']}。", f"可用：{'、'.join(QUANTITIES)}。", row=i + 2))
        elif not 0 <= row["low"] <= row["central"] <= row["high"]:
            problems.append(Problem(f"{where}：低、中、高值须不为负且依次不减。", row=i + 2))
        elif not 0 <= row["correlation"] <= 1:
            problems.append(Problem(f"{where}：相关系数须为 0–1。", row=i + 2))
    if lacking := [q for q in QUANTITIES if q not in set(table["quantity"])]:
        problems.append(Problem(f"没有 {'、'.join(lacking)} 的范围。", "确定的量填相同的低、中、高值。"))
    if problems:
        raise InputError("不确定性范围表有误。", problems=problems, remedy="改正后重试。")
    return table


def _rule(rules: pd.DataFrame, technologies: list[str]) -> np.ndarray:
    """Row for each project, −1 for none: one that names its technology goes before ``*``."""
    found = np.full(len(technologies), -1)
    for row, named in rules["technology"].items():
        names = cells.items(named)
        for p, technology in enumerate(technologies):
            if technology in names or ("*" in names and found[p] < 0):
                found[p] = row
    return found


def _own(projects: pd.DataFrame, assessed: pd.DataFrame) -> Figures:
    """Low, central and high reduction of the table as multiples of the plan's value; NaN where not given."""
    columns = {side: f"{_RATE}_{side}" for side in ("low", "central", "high")}
    unknown = np.full(len(projects), np.nan)
    if any(column not in assessed for column in columns.values()):
        return dict.fromkeys(columns, unknown)
    known = assessed.drop_duplicates("project_id").set_index("project_id").reindex(projects["project_id"])
    rate = projects[_RATE].to_numpy(float)
    values = {side: pd.to_numeric(known[column]).to_numpy(float) for side, column in columns.items()}
    fit = (rate != 0) & np.isfinite(np.array([*values.values(), rate])).all(axis=0)
    fit &= projects["reduction_ranked"].to_numpy(bool)
    parts = {side: np.where(fit, v / np.where(rate == 0, 1.0, rate), np.nan) for side, v in values.items()}
    # As multiples of a negative reduction (more emissions) the order turns round.
    ordered = np.sort(np.array([parts["low"], parts["central"], parts["high"]]), axis=0)
    return dict(zip(columns, ordered, strict=True))
