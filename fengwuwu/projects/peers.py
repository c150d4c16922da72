"""Reduction per 万元 against the other projects of the same technology in the table: far off is worth a second look."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.tabular import Sentences, numbers, shown, texts


def outliers(projects: pd.DataFrame, assessed: pd.DataFrame, times: float, least: float) -> np.ndarray:
    """Projects whose reduction per 万元 is more than so many times the median, or less than that part of it.

    Parameters
    ----------
    projects, assessed : DataFrame, shape (n, …)
        Illustrative projects are compared among themselves only; of `assessed` the conservative reduction.
    times : float
        Above 1.
    least : float
        Projects with a known ratio that a technology needs for its median to mean anything.

    Returns
    -------
    array of str or None, shape (n,)
        Chinese, with the ratio, the median and how many projects it rests on.
    """
    said = Sentences(len(projects))
    investment = numbers(projects, "investment_wan_yuan")
    ratio = assessed[PREFIX].to_numpy(dtype=float) / np.where(investment > 0, investment, np.nan)
    kind = np.where(texts(projects, "data_kind").eq("illustrative"), "示例", "")
    groups = pd.Series(ratio).groupby([texts(projects, "technology").fillna("").to_numpy(), kind])
    median, count = groups.transform("median").to_numpy(), groups.transform("count").to_numpy()
    comparable = (count >= least) & (median > 0)
    far = comparable & ((ratio > median * times) | (ratio < median / times))
    said.say(
        far,
        "每万元每年 ",
        shown(ratio, 3),
        " tCO2e，同类 ",
        shown(count.astype(float)),
        " 个项目的中位数 ",
        shown(median, 3),
        f"，限值 {times:g} 倍",
    )
    return said.values()
