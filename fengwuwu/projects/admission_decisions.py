"""A person's decision on admission overrides the rules'; both stay in the table."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from fengwuwu.projects.decisions import KINDS
from fengwuwu.projects.history import CHINA
from fengwuwu.projects.tabular import SEPARATOR, Sentences, texts
from fengwuwu.vocabulary import ADMISSION, label

RULE = "admission_status_rule"


def decide(projects: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Apply the decisions.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses the columns of ``KINDS["status"]``; they may be missing. A decision without reason does not count.
    found : DataFrame, shape (n, …)
        What the rules say: ``admission_status, admission_reasons``.

    Returns
    -------
    DataFrame
        A copy of `found`: ``admission_status`` is the decision where there is one, ``admission_status_rule`` what the
        rules say, and the decision is the first of the reasons.
    """
    decided, reason, by, at = (texts(projects, column) for column in KINDS["status"].columns)
    known = decided.isin(list(ADMISSION))
    valid = (known & reason.notna()).to_numpy(dtype=bool)
    said = Sentences(len(projects))
    unused = (decided.notna() & ~valid).to_numpy(dtype=bool)
    # Few projects are decided by a person; only theirs are written.
    words = np.full(len(projects), "", dtype=object)
    words[valid] = [
        f"人工决定：{label(ADMISSION, status)}，理由：{_inline(why)}"
        f"（{_signed(who, day)}规则结论：{label(ADMISSION, rule)}）"
        for status, why, who, day, rule in zip(
            *(column[valid] for column in (decided, reason, by, at, found["admission_status"])), strict=True
        )
    ]
    words[unused] = [
        f"人工决定“{_inline(status)}”未采用：{'没有理由' if right else '不是入库结论'}"
        for status, right in zip(decided[unused], known[unused], strict=True)
    ]
    said.say(valid | unused, words)
    said.say(texts(found, "admission_reasons").notna().to_numpy(dtype=bool), found["admission_reasons"].to_numpy())
    result = found.assign(admission_reasons=said.values())
    result.insert(list(result.columns).index("admission_status") + 1, RULE, found["admission_status"])
    result["admission_status"] = found["admission_status"].where(~valid, decided)
    return result


def _inline(text: object) -> str:
    """Free text as part of a sentence of the reasons."""
    return " ".join(str(text).replace(SEPARATOR, "，").split())


def _signed(by: object, at: object) -> str:
    try:
        day = dt.datetime.fromisoformat(str(at)).astimezone(CHINA).date().isoformat()
    except ValueError:
        day = ""
    return "，".join(part for part in (str(by) if isinstance(by, str) else "", day) if part) + (
        "，" if by or day else ""
    )
