"""Greenwashing flags: each names its rule, the figures that raised it, and the limit; a flag decides nothing itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import claims, lock_in, stated_factors
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.peers import outliers
from fengwuwu.projects.tabular import Sentences, numbers, shown, texts
from fengwuwu.projects.twins import twins
from fengwuwu.vocabulary import BENEFIT


def flags(projects: pd.DataFrame, assessed: pd.DataFrame) -> np.ndarray:
    """One text per project, None without a flag.

    Parameters
    ----------
    projects, assessed : DataFrame, shape (n, …)
        The form's columns, and those of classification, accounting and completion.
    """
    rules = reference.table("admission_rules").set_index("id")
    limit = rules["threshold"].to_dict()
    titles = rules["name"].astype(str).to_dict()
    said = Sentences(len(projects))

    def raise_flag(rule: str, where: np.ndarray, *words: str | np.ndarray) -> None:
        said.say(np.asarray(where, dtype=bool), f"{rule} {titles[rule]}：", *words)

    claimed = numbers(projects, "claimed_reduction_t_per_year")
    conservative, low, central, high = (
        assessed[f"{PREFIX}{suffix}"].to_numpy(dtype=float) for suffix in ("", "_low", "_central", "_high")
    )
    ratio = claimed / np.where(central > 0, central, np.nan)
    excessive = (ratio > limit["F1"]) | ((claimed > 0) & (central <= 0))
    raise_flag(
        "F1",
        excessive,
        "申报 ",
        shown(claimed),
        " tCO2e/年，核算中值 ",
        shown(central),
        "（保守值 ",
        shown(conservative),
        f"），限值 {limit['F1']:g} 倍",
    )
    investment = numbers(projects, "investment_wan_yuan")
    big = (investment >= limit["F2"]) & assessed["reduction_tier"].eq("default").to_numpy(dtype=bool)
    raise_flag("F2", big, "总投资 ", shown(investment), f" 万元（限值 {limit['F2']:,.0f}），请补充项目数据")
    classed = assessed["class_code"].notna().to_numpy(dtype=bool)
    bare = classed & texts(projects, "content").isna().to_numpy(dtype=bool)
    raise_flag("F3", bare, "只有技术类型，未填建设内容与规模")
    declared = texts(projects, "declared_benefit")
    differs = (declared.notna() & assessed["benefit"].notna() & (declared != assessed["benefit"])).to_numpy(dtype=bool)
    names = [series.map(dict(BENEFIT)).fillna("").to_numpy(dtype=object) for series in (declared, assessed["benefit"])]
    raise_flag("F4", differs, "申报“", names[0], "”，分类为“", names[1], "”")
    fraction = numbers(projects, "climate_fraction")
    overstated = (fraction > 0) & (assessed["climate_fraction_used"].to_numpy(dtype=float) == 0)
    raise_flag("F5", overstated, "申报占比 ", shown(fraction, 2), "，按 0 计")
    ratio_declared = numbers(projects, "capital_ratio_min")
    ratio_used = assessed["capital_ratio_min_used"].to_numpy(dtype=float)
    raise_flag(
        "F6", ratio_declared < ratio_used, "申报 ", shown(ratio_declared, 2), "，低于规定 ", shown(ratio_used, 2)
    )
    raise_flag("F7", (low < 0) & (high > 0), "低值 ", shown(low), "，高值 ", shown(high), " tCO2e/年")
    unchecked = ~np.isnan(claimed) & np.isnan(conservative) & assessed["reduction_ranked"].to_numpy(dtype=bool)
    raise_flag("F8", unchecked, "申报 ", shown(claimed), " tCO2e/年，核算缺数据")
    for rule, words in (
        ("F9", twins(projects, limit["F9"])),
        ("F10", outliers(projects, assessed, limit["F10"], limit["F10n"])),
        ("F11", lock_in.lock_in(projects, assessed, str(rules.at["F11", "technologies"]).split(";"))),
        ("F12", claims.conflicts(projects, claims.register())),
        ("F13", stated_factors.doubts(projects)),
    ):
        raise_flag(rule, pd.notna(words), words)
    return said.values()
