"""Grades of a local guide (深绿, 中绿, 浅绿), an optional profile beside the score; data: ``grading_profiles``.

The score is the best indicator in per cent of its limit, or that of a green channel; an environmental violation rules a
project out. What the forms do not hold (intensities, clusters) is not scored, and said.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.errors import InputError
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.tabular import Mask, Sentences, shown, texts
from fengwuwu.vocabulary import VALUE_STATUS


def profiles() -> list[str]:
    """The profiles there are."""
    return list(pd.unique(reference.table("grading_profiles")["profile"]))


def grade(assessed: pd.DataFrame, profile: str) -> pd.DataFrame:
    """Grade projects by a profile.

    Parameters
    ----------
    assessed : DataFrame, shape (n, …)
        With the form's columns and those of the assessment: ``technology, violation, benefit, class_code,
        emission_reduction_t_per_year`` (the conservative one).
    profile : str
        One of `profiles`.

    Returns
    -------
    DataFrame, shape (n, 3)
        ``grade`` (Chinese; None where there is none), ``grade_score`` (NaN where there is none), ``grade_reasons``.

    Raises
    ------
    InputError
        When there is no such profile.
    """
    rules = _rules(profile)
    said, technology = Sentences(len(assessed)), texts(assessed, "technology")
    reduction = assessed[PREFIX].to_numpy(dtype=float)
    mitigates = assessed["benefit"].isin(["mitigation", "both"]).to_numpy(dtype=bool)
    points = np.full(len(assessed), np.nan)
    left = np.ones(len(assessed), dtype=bool)
    for rule in rules[rules["kind"] == "indicator"].to_dict("records"):
        concerned = left & _named(technology, rule)
        left &= ~concerned
        where = mitigates & concerned & ~np.isnan(reduction)
        points = np.where(where, 100 * reduction / float(rule["threshold"]), points)
        said.say(
            where, f"{rule['name']} ", shown(reduction), f" {rule['unit']}，深绿限值 {float(rule['threshold']):,.0f}"
        )
    for rule in rules[rules["kind"] == "channel"].to_dict("records"):
        where = mitigates & _named(technology, rule)
        points = np.where(where, np.fmax(points, float(rule["points"])), points)
        said.say(where, str(rule["name"]))
    vetoed = texts(assessed, "violation").eq("yes").to_numpy(dtype=bool)
    said.say(vetoed, "有失信或重大环保违法，一票否决")
    said.say(~mitigates & ~vetoed, "不适用：本方案只看减排")
    said.say(mitigates & np.isnan(points) & ~vetoed, "年减排量待补充，不能分级")
    points = np.where(vetoed, np.nan, np.round(points, 1))
    levels = rules[rules["kind"] == "level"].sort_values("threshold", ascending=False)
    reached = [points >= level for level in levels["threshold"]]
    names = levels["name"].astype(object).tolist()
    # A reduction below zero is in no grade, nor is an unknown one.
    found = np.select(reached, names, "").astype(object)
    found[found == ""] = None
    return pd.DataFrame({"grade": found, "grade_score": points, "grade_reasons": said.values()}, index=assessed.index)


def not_scored(profile: str) -> list[str]:
    """What the guide asks and the forms do not hold, in Chinese."""
    rules = _rules(profile)
    return list(rules.loc[rules["kind"] == "open", "name"])


def levels(profile: str) -> list[str]:
    """Names of the grades, the best first."""
    rules = _rules(profile)
    return list(rules[rules["kind"] == "level"].sort_values("threshold", ascending=False)["name"])


def told(profile: str) -> str:
    """What a profile is, where it comes from and how sure that is."""
    first = _rules(profile).iloc[0]
    return f"按参考方案“{profile}”，{first['source']}，{VALUE_STATUS[str(first['status'])]}"


def _rules(profile: str) -> pd.DataFrame:
    """The rows of a profile.

    Raises
    ------
    InputError
        When there is no such profile.
    """
    rules = reference.table("grading_profiles")
    if profile not in set(rules["profile"]):
        raise InputError(f"没有名为“{profile}”的分级方案。", remedy=f"可用：{'、'.join(profiles())}。")
    return pd.DataFrame(rules[rules["profile"] == profile])


def _named(technology: pd.Series, rule: dict[object, object]) -> Mask:
    named = str(rule["technologies"])
    if named == "*":
        return np.ones(len(technology), dtype=bool)
    return technology.isin(named.split(";")).to_numpy(dtype=bool)
