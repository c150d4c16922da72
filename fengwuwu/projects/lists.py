"""The lists that the pilot's work plan asks for, by rule: green projects, transition projects, and the 1+N view."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference, vocabulary
from fengwuwu.projects.tabular import Mask, numbers, texts

GREEN, TRANSITION = "green", "transition"


def members(assessed: pd.DataFrame, name: str) -> pd.DataFrame:
    """The projects of a list, best score first.

    Parameters
    ----------
    assessed : DataFrame
        Result of `fengwuwu.projects.assess.assess`.
    name : {"green", "transition"}
        A list of ``project_lists``, which says the rule. No project is in both.
    """
    where = _meets(assessed, name)
    if name == TRANSITION:
        where &= ~_meets(assessed, GREEN)
        where &= ~texts(assessed, "violation").eq("yes").to_numpy(dtype=bool)
        where &= ~texts(assessed, "siting_result").eq("block").to_numpy(dtype=bool)
    found = pd.DataFrame(assessed[where])
    order = ["admission_score", "project_id"]
    return found.sort_values(order, ascending=[False, True], kind="stable").reset_index(drop=True)


def _meets(assessed: pd.DataFrame, name: str) -> Mask:
    rules = reference.table("project_lists")
    found = np.zeros(len(assessed), dtype=bool)
    for rule in rules[rules["list"] == name].to_dict("records"):
        where = np.ones(len(assessed), dtype=bool)
        for column, allowed in (
            ("technology", rule["technologies"]),
            ("stage", rule["stages"]),
            ("admission_status", rule["admission"]),
        ):
            if allowed != "*":
                where &= texts(assessed, column).isin(str(allowed).split(";")).to_numpy(dtype=bool)
        if rule["in_catalogue"] == "yes":
            where &= texts(assessed, "catalogue_2025_code").notna().to_numpy(dtype=bool)
        found |= where
    return found


def rules(name: str) -> list[str]:
    """What puts a project on a list, in Chinese."""
    table = reference.table("project_lists")
    return list(table.loc[table["list"] == name, "text"])


def title(name: str) -> str:
    """Chinese name of a list."""
    table = reference.table("project_lists")
    return str(table.loc[table["list"] == name, "title"].iloc[0])


def view(assessed: pd.DataFrame) -> pd.DataFrame:
    """The library by industry, the “1+N” of the work plan, and by kind of data, never added together.

    Returns
    -------
    DataFrame
        One row per industry and kind of data that occur: ``category, data_kind`` (labels)``, projects``, one count per
        result of admission, ``investment_wan_yuan`` (sum of the known)``, without_investment`` (how many do not say).
    """
    category = texts(assessed, "category_used").fillna("other").map(dict(vocabulary.CATEGORY))
    kind = texts(assessed, "data_kind").fillna("submitted").map(dict(vocabulary.DATA_KIND))
    order = {label: place for place, label in enumerate(vocabulary.CATEGORY.values())}
    investment = pd.Series(numbers(assessed, "investment_wan_yuan"), index=assessed.index)
    table = pd.DataFrame({
        "category": category,
        "data_kind": kind,
        "projects": 1,
        **{key: texts(assessed, "admission_status").eq(key).astype(int) for key in vocabulary.ADMISSION},
        "investment_wan_yuan": investment,
        "without_investment": investment.isna().astype(int),
    })
    found = table.groupby(["category", "data_kind"], sort=False).sum(min_count=1).reset_index()
    place = found["category"].map(order)
    return found.assign(place=place).sort_values(["place", "data_kind"]).drop(columns="place").reset_index(drop=True)
