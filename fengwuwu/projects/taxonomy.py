"""Climate class (T/CSTE 0061—2021) and, as a separate answer, the item of the 2025 green catalogue (银发〔2025〕132号).

Two rules speak: one by the declared technology (``taxonomy``), one by the words of name and content (``class_words``).
Where they contradict each other, or neither is clear, a person decides; a recorded decision with its reason overrides
both. Class codes are local: the standard's own codes were not seen. A project can be climate-friendly and in no
catalogue item, or the reverse.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.class_words import NONE, suggest
from fengwuwu.projects.tabular import Mask, Sentences, lookup, texts
from fengwuwu.projects.taxonomy_decisions import decide
from fengwuwu.vocabulary import VALUE_STATUS

# What the rules say of a project; kept out of the public columns, which show class, status and evidence.
VERDICTS = ("friendly", "review", "neutral", "fossil")


def verdicts(projects: pd.DataFrame) -> pd.Series:
    """One of `VERDICTS` for each project; ``review`` when the technology is unknown or the words contradict it."""
    return judge(projects)["verdict"]


def classify(projects: pd.DataFrame) -> pd.DataFrame:
    """The columns of `judge` that are shown: all but ``verdict``."""
    return judge(projects).drop(columns="verdict")


def judge(projects: pd.DataFrame) -> pd.DataFrame:
    """Suggest class, benefit and catalogue item, or apply a person's decision.

    Parameters
    ----------
    projects : DataFrame, shape (n, …)
        Uses ``technology`` (key), ``project_name``, ``content``, and the decisions ``decided_class_code`` (code or
        ``none``) with ``decided_class_reason``, ``decided_catalogue_2025_code`` with
        ``decided_catalogue_2025_reason``; all may be missing. A decision without reason or of an unknown code is not
        applied, and the evidence says so.

    Returns
    -------
    DataFrame
        ``class_code`` (local; None when not climate-friendly or undecidable), ``class_status`` (``suggested``,
        ``review``, ``confirmed``), ``class_score`` (of the words; 0 without any), ``class_evidence`` (Chinese),
        ``benefit``, ``catalogue_2025_code``, ``catalogue_2025_mark`` (``direct``, ``enabling``, ``none``; None without
        an item), ``catalogue_2025_status`` (as for the class), ``transition_2024_class`` (class of the 2024 transition
        list with the same name), ``catalogue_2021_code`` (of the bond catalogue, for loans approved before the 2025
        one), and ``verdict``. By words alone, without a usable technology, the verdict stays ``review``: nothing can be
        accounted for.
    """
    rules = reference.table("taxonomy")
    technology = texts(projects, "technology")
    by_rule = {
        column: lookup(technology, rules, "technology", column)
        for column in ("verdict", "class_code", "secondary_class", "benefit", "catalogue_2025_code", "reason")
    }
    mark = lookup(technology, rules, "technology", "catalogue_2025_mark")
    words = suggest(projects)
    verdict = by_rule["verdict"].where(by_rule["verdict"].notna(), "review")
    silent = (verdict.eq("review") & by_rule["class_code"].isna()).to_numpy(dtype=bool)
    clear = words["class_clear"].to_numpy(dtype=bool)
    contradicts = clear & ~silent & _contradicts(by_rule["class_code"], by_rule["secondary_class"], words)
    contradicts &= verdict.ne("review").to_numpy(dtype=bool)

    by_words = silent & clear
    code = by_rule["class_code"].where(~by_words, words["class_code"])
    status = np.where(contradicts | (verdict.eq("review").to_numpy() & ~by_words), "review", "suggested")
    by_code = {given: _benefit(given) for given in code.dropna().unique()}
    benefit = by_rule["benefit"].where(~by_words, code.map(by_code).where(code.notna(), "none"))
    verdict = verdict.mask(contradicts & verdict.eq("friendly").to_numpy(dtype=bool), "review")

    item, item_status = _item(by_rule["catalogue_2025_code"], words, silent)
    evidence = _evidence(technology, by_rule, words, code, by_words, contradicts, status == "review")
    found = pd.DataFrame(
        {
            "class_code": code,
            "class_status": status,
            "class_score": words["score"].astype(float),
            "class_evidence": evidence,
            "benefit": benefit,
            "catalogue_2025_code": item,
            "catalogue_2025_mark": mark.where(item.eq(by_rule["catalogue_2025_code"]), item.map(_marks())),
            "catalogue_2025_status": item_status,
            "verdict": verdict,
        },
        index=projects.index,
    )
    found = decide(projects, found, _marks(), _benefit)
    chapter = reference.table("green_catalogue_2025").drop_duplicates("code").set_index("code")["level1"]
    # The catalogue of 2025 keeps the seven classes of the 2024 list by name and adds trade (8) and consumption (9).
    same = found["catalogue_2025_code"].fillna("").str.match(r"[1-7]\.")
    first = found["catalogue_2025_code"].fillna("").str.split(";").str[0]
    found["transition_2024_class"] = first.map(chapter).where(same, None)
    found["catalogue_2021_code"] = lookup(
        found["catalogue_2025_code"], reference.table("catalogue_2021"), "catalogue_2025_code", "code"
    )
    shown = found.astype(object).where(found.notna(), None)
    return shown.assign(class_score=found["class_score"])


def _contradicts(code: pd.Series, second: pd.Series, words: pd.DataFrame) -> Mask:
    """Whether the classes by technology and by words, main or secondary, have none in common."""
    topics = reference.table("class_topics")
    other = words["class_code"]
    other_second = lookup(words["topic"], topics, "topic", "secondary_class")
    both_none = code.isna() & other.isna()
    # Two missing classes are none in common, though pandas calls them equal.
    common = code.notna() & (code.eq(other) | code.eq(other_second))
    common |= second.notna() & (second.eq(other) | second.eq(other_second))
    return (~(both_none | common)).to_numpy(dtype=bool)


def _benefit(code: object) -> str | None:
    """Mitigation for codes M…, adaptation for A…."""
    return {"M": "mitigation", "A": "adaptation"}.get(str(code)[:1])


def _marks() -> dict[str, str]:
    """The mark of an item where all its rows agree; a mixed one depends on what is built."""
    rows = reference.table("green_catalogue_2025").groupby("code")["reduction_mark"].agg(["nunique", "first"])
    agreed = rows.loc[rows["nunique"] == 1, "first"]
    return {str(code): str(mark) for code, mark in agreed.items()}


def _item(by_rule: pd.Series, words: pd.DataFrame, silent: Mask) -> tuple[pd.Series, np.ndarray]:
    """The item by technology, else by words; ``review`` where they differ or nothing is clear."""
    clear = words["item_clear"].to_numpy(dtype=bool)
    said = words["item_code"].where(words["item_code"].ne(NONE), None)
    # A technology outside every item may still have words for one, e.g. 森林康养 declared as tourism.
    open_item = silent | by_rule.isna().to_numpy(dtype=bool)
    code = by_rule.where(~(open_item & clear), said)
    several = by_rule.fillna("").str.contains(";", regex=False).to_numpy(dtype=bool)
    # Listed candidates are narrowed by the words, never widened.
    pair, distinct = pd.factorize(pd.MultiIndex.from_arrays([said.fillna(""), by_rule.fillna("")]))
    listed = np.array([one != "" and one in all_.split(";") for one, all_ in distinct], dtype=bool)[pair]
    code = code.where(~(several & clear & listed), said)
    differs = clear & ~open_item & (said.fillna("").ne(by_rule.fillna("")).to_numpy(dtype=bool)) & ~listed
    unclear = (silent & ~clear) | (several & ~(clear & listed)) | differs
    return code, np.where(unclear, "review", "suggested")


def _evidence(
    technology: pd.Series,
    by_rule: dict[str, pd.Series],
    words: pd.DataFrame,
    code: pd.Series,
    by_words: Mask,
    contradicts: Mask,
    review: Mask,
) -> np.ndarray:
    names = lookup(technology, reference.table("technologies"), "technology", "label")
    label = names.where(names.notna(), technology).fillna("").to_numpy(dtype=object)
    reason = by_rule["reason"].fillna("").to_numpy(dtype=object)
    classes = reference.table("taxonomy_classes")
    title = (classes["group"] + "·" + classes["family"] + "·" + classes["name"]).set_axis(classes["code"])
    status = classes["status"].map(VALUE_STATUS).set_axis(classes["code"])
    level, checked = (code.map(column).fillna("").to_numpy(dtype=object) for column in (title, status))
    shown_code = code.fillna("").to_numpy(dtype=object)
    topics = reference.table("class_topics")
    word_second = lookup(words["topic"], topics, "topic", "secondary_class")
    second = by_rule["secondary_class"].where(~by_words, word_second).fillna("").to_numpy(dtype=object)
    spoken = words["words"].fillna("").to_numpy(dtype=object)

    missing = technology.isna().to_numpy(dtype=bool)
    said = Sentences(len(technology))
    said.say(missing & ~by_words, "未填技术类型，无法分类")
    said.say(missing & by_words, "未填技术类型，仅按文字建议")
    said.say((reason == "") & ~missing, "技术类型“", label, "”不在词汇表内，无法分类")
    said.say(reason != "", "技术类型“", label, "”：", reason)
    said.say(spoken != "", "文字：", spoken)
    said.say(contradicts, "技术类型与文字不一致")
    said.say(shown_code != "", "建议归入 ", shown_code, "（", level, "，", checked, "，本地代码）")
    said.say((shown_code != "") & (second != ""), "次要类别 ", second)
    said.say(review, "待人工复核")
    no_class = by_rule["verdict"].isin(["neutral", "fossil"]).to_numpy(dtype=bool) | (by_words & (shown_code == ""))
    said.say(no_class, "不归入气候友好类别")
    return said.values()
