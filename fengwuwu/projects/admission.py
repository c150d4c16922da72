"""Who is in: gates that can be checked now, then the score; one Chinese sentence for each rule that spoke.

A rule that blocks returns the project; one that needs a person makes it 待复核; what cannot be judged does not close
the gate and is listed. Rules, thresholds and weights are in ``admission_rules``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import claims
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.scoring import score
from fengwuwu.projects.siting import in_region
from fengwuwu.projects.tabular import Mask, Sentences, numbers, shown, texts

BELOW_THRESHOLD = "评分低于孵化门槛 → 退回"


def admit(projects: pd.DataFrame, assessed: pd.DataFrame, verdict: pd.Series) -> pd.DataFrame:
    """Status, score and reasons.

    Parameters
    ----------
    projects, assessed : DataFrame, shape (n, …)
        The form's columns, and those of classification, accounting, completion and siting.
    verdict : Series of str
        Of `fengwuwu.projects.taxonomy.verdicts`.

    Returns
    -------
    DataFrame, shape (n, 3)
        ``admission_status`` (key of `fengwuwu.vocabulary.ADMISSION`), ``admission_score`` (0–100),
        ``admission_reasons`` (Chinese).
    """
    rules = reference.table("admission_rules").set_index("id")
    blocked, doubted = np.zeros(len(projects), dtype=bool), np.zeros(len(projects), dtype=bool)
    said, names = Sentences(len(projects)), rules["name"].astype(str).to_dict()
    for rule, where, answer, words in _gates(projects, assessed, verdict, rules):
        blocked |= where & (answer == "returned")
        doubted |= where & (answer == "review")
        end = {"returned": " → 退回", "review": " → 待复核", "": ""}[answer]
        said.say(where, f"{rule} {names[rule]}：", *words, end)

    points, parts = score(projects, assessed)
    levels = rules[rules["kind"] == "threshold"].sort_values("threshold", ascending=False)
    reached = [points >= level for level in levels["threshold"]]
    by_score = np.select(reached, levels["action"].astype(object).tolist(), "returned")
    # A missing figure costs points; that alone must not send a project back.
    unknown = (by_score == "returned") & np.isnan(numbers(projects, "investment_wan_yuan"))
    by_score = np.where(unknown, "review", by_score)
    status = np.where(blocked, "returned", np.where(doubted, "review", by_score))
    everyone = np.ones(len(projects), dtype=bool)
    said.say(everyone, "评分 ", shown(points, 1), "（", parts, "，按适用分项折算到 100 分，权重为假设）")
    said.say(~blocked & ~doubted & (status == "returned"), BELOW_THRESHOLD)
    said.say(~blocked & ~doubted & unknown, "评分低于孵化门槛，但总投资待补充，不据此退回 → 待复核")
    said.say(everyone, unchecked())
    operating = texts(projects, "stage").eq("operating").to_numpy(dtype=bool)
    said.say(operating, "项目已投运，不是待融资的候选项目")
    return pd.DataFrame(
        {
            "admission_status": status.astype(object),
            "admission_score": points,
            "admission_reasons": said.values(),
        },
        index=projects.index,
    )


def unchecked() -> str:
    """The checks for which the form has no data, in Chinese: what a person must still look at before admission."""
    rules = reference.table("admission_rules")
    return f"尚未核查，入库前须由人核对：{'、'.join(rules.loc[rules['kind'] == 'open', 'name'])}"


def unscored() -> str:
    """The points of the score that nobody can give from the form, in Chinese."""
    rule = reference.table("admission_rules").set_index("id").loc["S6"]
    return f"评分中“{rule['name']}”的 {rule['points']:g} 分：{rule['text']}"


def limits() -> str:
    """What no result of admission covers, in Chinese: checks nobody made, and points nobody could give."""
    return f"{unchecked()}。{unscored()}。"


_Gate = tuple[str, Mask, str, tuple["str | np.ndarray", ...]]


def _gates(projects: pd.DataFrame, assessed: pd.DataFrame, verdict: pd.Series, rules: pd.DataFrame) -> list[_Gate]:
    technology = texts(projects, "technology")
    limit = rules["threshold"].to_dict()

    def concerns(rule: str) -> Mask:
        return technology.isin(str(rules.at[rule, "technologies"]).split(";")).to_numpy(dtype=bool)

    def text(rule: str) -> tuple[str]:
        return (str(rules.at[rule, "text"]),)

    violation = texts(projects, "violation")
    siting = assessed["siting_result"]
    return [
        ("A1", ~in_region(projects), "returned", text("A1")),
        ("A2", verdict.isin(["neutral", "fossil"]).to_numpy(dtype=bool), "returned", text("A2")),
        ("A2", verdict.eq("review").to_numpy(dtype=bool), "review", ("分类须由人工判断",)),
        ("N1", concerns("N1"), "returned", text("N1")),
        ("N1b", concerns("N1b"), "review", text("N1b")),
        ("N5", violation.eq("yes").to_numpy(dtype=bool), "returned", text("N5")),
        ("N5", violation.isna().to_numpy(dtype=bool), "", ("申报表未填，待补充",)),
        ("N6", siting.eq("block").to_numpy(dtype=bool), "returned", ("选址规则有“禁止”，见选址结论",)),
        ("N6", siting.eq("review").to_numpy(dtype=bool), "review", ("选址规则有“待复核”，见选址结论",)),
        ("N6", siting.eq("undetermined").to_numpy(dtype=bool), "", ("部分选址规则无法判断，见选址结论",)),
        *_benefit(assessed),
        *_claimed_twice(projects, assessed),
        *_new_hydro(projects, concerns("N9"), float(limit["N9"]), text("N9")),
        *_claim(projects, assessed, float(limit["N11"])),
    ]


def _benefit(assessed: pd.DataFrame) -> list[_Gate]:
    ranked = assessed["reduction_ranked"].to_numpy(dtype=bool)
    conservative = assessed[PREFIX].to_numpy(dtype=float)
    high = assessed[f"{PREFIX}_high"].to_numpy(dtype=float)
    missing = assessed["reduction_missing"].fillna("").to_numpy(dtype=object)
    amount = shown(conservative)
    return [
        ("N7", ranked & np.isnan(conservative), "review", ("年减排量未知，", missing)),
        ("N7", ranked & (high <= 0), "returned", ("核算年减排量 ", amount, " tCO2e，高值也不为正")),
        (
            "N7",
            ranked & (conservative <= 0) & (high > 0),
            "review",
            ("核算年减排量保守值 ", amount, " tCO2e，不为正，随因子变号"),
        ),
    ]


def _claimed_twice(projects: pd.DataFrame, assessed: pd.DataFrame) -> list[_Gate]:
    twice = claims.conflicts(projects, claims.register())
    ranked = assessed["reduction_ranked"].to_numpy(dtype=bool)
    silent = ranked & texts(projects, "benefit_claims").isna().to_numpy(dtype=bool) & pd.isna(twice)
    return [
        ("N8", pd.notna(twice), "returned", (twice,)),
        ("N8", silent, "", ("申报表未填已申领的环境权益，待补充",)),
    ]


def _new_hydro(projects: pd.DataFrame, hydro: Mask, limit: float, words: tuple[str]) -> list[_Gate]:
    new = hydro & ~texts(projects, "stage").eq("operating").to_numpy(dtype=bool)
    capacity = numbers(projects, "capacity")
    small = capacity <= limit
    return [
        ("N9", new & small, "returned", words),
        ("N9", new & ~small, "review", (*words, "，规模较大或未知，由人工判断")),
    ]


def _claim(projects: pd.DataFrame, assessed: pd.DataFrame, limit: float) -> list[_Gate]:
    claimed = numbers(projects, "claimed_reduction_t_per_year")
    high = assessed[f"{PREFIX}_high"].to_numpy(dtype=float)
    far = (claimed >= limit * high) & (high > 0)
    return [
        (
            "N11",
            far,
            "review",
            ("申报 ", shown(claimed), " tCO2e/年，达到核算高值 ", shown(high), f" 的 {limit:g} 倍以上"),
        )
    ]
