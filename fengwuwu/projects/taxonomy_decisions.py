"""A person's decision on class or catalogue item overrides the rules; both stay in the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.tabular import SEPARATOR, texts

# Columns of a decision, each with its reason; without one a decision does not count.
CLASS, CLASS_REASON = "decided_class_code", "decided_class_reason"
ITEM, ITEM_REASON = "decided_catalogue_2025_code", "decided_catalogue_2025_reason"
_NONE = ("none", "无")


def decide(
    projects: pd.DataFrame,
    found: pd.DataFrame,
    marks: Mapping[str, str],
    benefit: Callable[[object], str | None],
) -> pd.DataFrame:
    """Apply the decisions.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses the four columns above; they may be missing.
    found : DataFrame, shape (n, …)
        What the rules say, with ``verdict``.
    marks : mapping of str to str
        Reduction mark by catalogue item.
    benefit : callable
        Benefit of a class code.

    Returns
    -------
    DataFrame
        A copy of `found`; decided rows have the status ``confirmed``.
    """
    found = found.copy()
    if texts(projects, CLASS).notna().any():
        _class(projects, found, benefit)
    if texts(projects, ITEM).notna().any():
        _item(projects, found, marks)
    return found


def _class(projects: pd.DataFrame, found: pd.DataFrame, benefit: Callable[[object], str | None]) -> None:
    decided, reason = texts(projects, CLASS), texts(projects, CLASS_REASON)
    known = decided.isin([*reference.table("taxonomy_classes")["code"], *_NONE])
    valid = known & reason.notna()
    none = decided.isin(_NONE)
    rule = found["class_code"].fillna("无").astype(str)
    given = decided.fillna("").astype(str)
    text = "人工决定：" + given + "，理由：" + reason.fillna("").astype(str) + "（规则建议 " + rule + "）"
    refused: pd.Series = "人工决定“" + given + "”未采用：" + np.where(known, "没有理由", "不在分类表内")
    found["class_evidence"] = _append(found["class_evidence"], valid, text)
    found["class_evidence"] = _append(found["class_evidence"], decided.notna() & ~valid, refused)
    found.loc[valid, "class_code"] = decided.where(~none, None)[valid]
    found.loc[valid, "class_status"] = "confirmed"
    found.loc[valid, "verdict"] = np.where(none[valid], "neutral", "friendly")
    same_kind = found["benefit"].eq("both")
    found.loc[valid & ~same_kind, "benefit"] = np.where(none, "none", decided.map(benefit))[valid & ~same_kind]
    found.loc[valid & none, "benefit"] = "none"


def _item(projects: pd.DataFrame, found: pd.DataFrame, marks: Mapping[str, str]) -> None:
    item, item_reason = texts(projects, ITEM), texts(projects, ITEM_REASON)
    item_known = item.isin([*reference.table("green_catalogue_2025")["code"], *_NONE])
    item_valid = item_known & item_reason.notna()
    item_none = item.isin(_NONE)
    item_given = item.fillna("").astype(str)
    item_rule = found["catalogue_2025_code"].fillna("无").astype(str)
    item_text = "目录条目人工决定：" + item_given + "，理由：" + item_reason.fillna("").astype(str)
    item_refused: pd.Series = (
        "目录条目人工决定“" + item_given + "”未采用：" + np.where(item_known, "没有理由", "不在目录内")
    )
    found["class_evidence"] = _append(found["class_evidence"], item_valid, item_text + "（规则建议 " + item_rule + "）")
    found["class_evidence"] = _append(found["class_evidence"], item.notna() & ~item_valid, item_refused)
    found.loc[item_valid, "catalogue_2025_code"] = item.where(~item_none, None)[item_valid]
    found.loc[item_valid, "catalogue_2025_mark"] = item.map(marks)[item_valid]
    found.loc[item_valid, "catalogue_2025_status"] = "confirmed"


def _append(texts_: pd.Series, where: pd.Series, more: pd.Series) -> pd.Series:
    if not where.any():
        return texts_
    before = texts_[where].fillna("").astype(str)
    joined = texts_.astype(object).copy()
    joined[where.to_numpy(dtype=bool)] = before + np.where(before.eq(""), "", SEPARATOR) + more[where]
    return joined
