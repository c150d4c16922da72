"""Climate class (T/CSTE 0061—2021) and, as a separate answer, the item of the 2025 green catalogue (银发〔2025〕132号).

The class follows from the technology alone, so it is a suggestion until a person confirms it. Class codes are local:
the standard's own codes were not seen. A project can be climate-friendly and in no catalogue item, or the reverse.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.tabular import Sentences, lookup, texts
from fengwuwu.vocabulary import VALUE_STATUS

# What the rule says of a technology; kept out of the public columns, which show class, status and evidence.
VERDICTS = ("friendly", "review", "neutral", "fossil")


def verdicts(projects: pd.DataFrame) -> pd.Series:
    """One of `VERDICTS` for each project; ``review`` when the technology is unknown."""
    found = lookup(texts(projects, "technology"), reference.table("taxonomy"), "technology", "verdict")
    return found.where(found.notna(), "review")


def classify(projects: pd.DataFrame) -> pd.DataFrame:
    """Suggest class, benefit and catalogue item.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``technology`` (key; may be missing).

    Returns
    -------
    DataFrame, shape (n, 6)
        ``class_code`` (local; None when not climate-friendly or undecidable), ``class_status`` (``suggested`` or
        ``review``), ``class_evidence`` (Chinese), ``benefit``, ``catalogue_2025_code``, ``catalogue_2025_mark``
        (``direct``, ``enabling``, ``none``; None without an item).
    """
    rules, classes = reference.table("taxonomy"), reference.table("taxonomy_classes")
    technology, verdict = texts(projects, "technology"), verdicts(projects)
    code = lookup(technology, rules, "technology", "class_code")
    result = pd.DataFrame(
        {
            "class_code": code,
            "class_status": np.where(verdict == "review", "review", "suggested"),
            "class_evidence": _evidence(projects, technology, verdict, code, rules, classes),
            "benefit": lookup(technology, rules, "technology", "benefit"),
            "catalogue_2025_code": lookup(technology, rules, "technology", "catalogue_2025_code"),
            "catalogue_2025_mark": lookup(technology, rules, "technology", "catalogue_2025_mark"),
        },
        index=projects.index,
    )
    return result.astype(object)


def _evidence(
    projects: pd.DataFrame,
    technology: pd.Series,
    verdict: pd.Series,
    code: pd.Series,
    rules: pd.DataFrame,
    classes: pd.DataFrame,
) -> np.ndarray:
    names = lookup(technology, reference.table("technologies"), "technology", "label")
    label = names.where(names.notna(), technology).fillna("").to_numpy(dtype=object)
    reason = lookup(technology, rules, "technology", "reason").fillna("").to_numpy(dtype=object)
    title = (classes["group"] + "·" + classes["family"] + "·" + classes["name"]).set_axis(classes["code"])
    status = classes["status"].map(VALUE_STATUS).set_axis(classes["code"])
    level = code.map(title).fillna("").to_numpy(dtype=object)
    checked = code.map(status).fillna("").to_numpy(dtype=object)
    shown_code = code.fillna("").to_numpy(dtype=object)
    second = lookup(technology, rules, "technology", "secondary_class").fillna("").to_numpy(dtype=object)

    missing = technology.isna().to_numpy()
    unknown = (reason == "") & ~missing
    classed = shown_code != ""
    said = Sentences(len(projects))
    said.say(missing, "未填技术类型，无法分类")
    said.say(unknown, "技术类型“", label, "”不在词汇表内，无法分类")
    said.say(reason != "", "技术类型“", label, "”：", reason)
    said.say(classed, "建议归入 ", shown_code, "（", level, "，", checked, "，本地代码）")
    said.say(classed & (second != ""), "次要类别 ", second)
    said.say((verdict == "review").to_numpy(), "待人工复核")
    said.say((verdict.isin(["neutral", "fossil"])).to_numpy(), "不归入气候友好类别")
    return said.values()
