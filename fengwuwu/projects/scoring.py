"""The admission score: points from ``admission_rules`` for what the form shows; what it cannot show gets none.

Parts that do not apply (tonnes for adaptation, adaptation for pure mitigation) leave the full mark, and the score is
scaled to 100. All weights are assumptions until the pilot office approves them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.tabular import Floats, Mask, Sentences, lookup, numbers, shown, texts

STAGES = {"idea": "S5a", "feasibility": "S5b", "approved": "S5c", "construction": "S5d", "operating": "S5d"}
# Full marks at the rule's threshold, two thirds from this share of it on, one third for any positive reduction.
_SECOND_BAND = {"S1a": 1 / 2, "S1b": 1 / 3, "S1c": 1 / 5}


def score(projects: pd.DataFrame, assessed: pd.DataFrame) -> tuple[Floats, np.ndarray]:
    """Score out of 100, and the words for its parts.

    Parameters
    ----------
    projects, assessed : DataFrame, shape (n, …)
        The form's columns, and those of classification, accounting and completion.

    Returns
    -------
    array of float, shape (n,), and array of str
        The text names each part, its points and its full mark.
    """
    parts = _parts(projects, assessed)
    total, full = np.zeros(len(projects)), np.zeros(len(projects))
    said = Sentences(len(projects), "，")
    for name, points, mark, applies in parts:
        total += np.where(applies, points, 0.0)
        full += np.where(applies, mark, 0.0)
        said.say(applies, shown(points, 1, f"/{mark:g}", f"{name} "))
    return np.round(100 * total / full, 1), said.values("")


def _parts(projects: pd.DataFrame, assessed: pd.DataFrame) -> list[tuple[str, Floats, float, Mask]]:
    rules = reference.table("admission_rules").set_index("id")
    mark = {str(rule): float(points) for rule, points in rules["points"].items()}
    n = len(projects)
    everyone = np.ones(n, dtype=bool)
    adapts = assessed["benefit"].isin(["adaptation", "both"]).to_numpy(dtype=bool)
    ranked = assessed["reduction_ranked"].to_numpy(dtype=bool)
    unscored = rules.loc["S6"]
    quality, best_quality = _quality(projects, assessed, mark)
    return [
        ("年减排量", _tonnes(projects, assessed), mark["S1c"], ranked),
        ("单位投资减排量", _per_investment(projects, assessed), mark["S2"], ranked),
        ("核算质量", quality, best_quality, ranked),
        ("融资准备", _finance(projects, assessed, mark), mark["S4a"] + mark["S4b"] + mark["S4c"], everyone),
        ("成熟度", _maturity(projects, mark), mark["S5d"], everyone),
        (f"{unscored['name']}（{unscored['text']}）", np.zeros(n), mark["S6"], everyone),
        ("适应效益", np.where(adapts, mark["S7"], 0.0), mark["S7"], adapts),
        ("数据质量", mark["S8"] * _completeness(projects), mark["S8"], everyone),
    ]


def _tonnes(projects: pd.DataFrame, assessed: pd.DataFrame) -> Floats:
    rules = reference.table("admission_rules").set_index("id").to_dict("index")
    technology = texts(projects, "technology")
    reduction = assessed[PREFIX].to_numpy(dtype=float)
    points = np.zeros(len(projects))
    left = np.ones(len(projects), dtype=bool)
    for rule, share in _SECOND_BAND.items():
        named = str(rules[rule]["technologies"])
        where = left & (technology.isin(named.split(";")).to_numpy(dtype=bool) | (named == "*"))
        full = float(rules[rule]["threshold"])
        bands = [reduction >= full, reduction >= full * share, reduction > 0]
        points = np.where(where, float(rules[rule]["points"]) * np.select(bands, [1, 2 / 3, 1 / 3], 0.0), points)
        left &= ~where
    return points


def _per_investment(projects: pd.DataFrame, assessed: pd.DataFrame) -> Floats:
    rule = reference.table("admission_rules").set_index("id").to_dict("index")["S2"]
    investment = numbers(projects, "investment_wan_yuan")
    ratio = assessed[PREFIX].to_numpy(dtype=float) / np.where(investment > 0, investment, np.nan)
    return float(rule["points"]) * np.clip(np.nan_to_num(ratio / float(rule["threshold"])), 0, 1)


def _quality(projects: pd.DataFrame, assessed: pd.DataFrame, mark: dict[str, float]) -> tuple[Floats, float]:
    tier = assessed["reduction_tier"]
    ccer = lookup(texts(projects, "technology"), reference.table("methodologies"), "technology", "ccer_method").notna()
    points = np.select([tier.isin(["project", "measured"]), tier == "default"], [mark["S3p"], mark["S3d"]], 0.0)
    points = points + np.where(ccer & tier.notna(), mark["S3m"], 0.0)
    return points, mark["S3p"] + mark["S3m"]


def _finance(projects: pd.DataFrame, assessed: pd.DataFrame, mark: dict[str, float]) -> Floats:
    investment, need = numbers(projects, "investment_wan_yuan"), numbers(projects, "financing_need_wan_yuan")
    known = ~np.isnan(investment) & ~np.isnan(need)
    # The plan's own default for capital in hand, so that both parts of the tool read a form the same way.
    own = numbers(projects, "own_capital_wan_yuan")
    own = np.where(np.isnan(own), investment - need, own)
    needed = investment * assessed["capital_ratio_min_used"].to_numpy(dtype=float)
    covered = np.clip(np.nan_to_num(own / np.where(needed > 0, needed, np.nan)), 0, 1)
    earns = numbers(projects, "annual_revenue_wan_yuan") > 0
    return mark["S4a"] * known + mark["S4b"] * covered + mark["S4c"] * earns


def _maturity(projects: pd.DataFrame, mark: dict[str, float]) -> Floats:
    points = texts(projects, "stage").map({stage: mark[rule] for stage, rule in STAGES.items()})
    return np.asarray(points.astype(float).fillna(0.0), dtype=float)


def _completeness(projects: pd.DataFrame) -> Floats:
    units = lookup(texts(projects, "technology"), reference.table("technologies"), "technology", "output_unit")
    asked = np.where(units.notna(), 5, 4)
    given = (
        texts(projects, "project_code").notna().to_numpy(dtype=int)
        + ~(np.isnan(numbers(projects, "lon")) | np.isnan(numbers(projects, "lat")))
        + ~np.isnan(numbers(projects, "capacity"))
        + (units.notna().to_numpy(dtype=bool) & ~np.isnan(numbers(projects, "annual_output")))
        + texts(projects, "source").notna().to_numpy(dtype=int)
    )
    return np.asarray(given / asked, dtype=float)
