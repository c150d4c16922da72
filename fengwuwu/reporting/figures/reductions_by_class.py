"""Emission reductions by class, with their range."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need


def reductions_by_class(
    frame: pd.DataFrame,
    *,
    label: str = "class_label",
    value: str = "emission_reduction_t_per_year",
    low: str = "",
    high: str = "",
    notice: str = "",
) -> Figure:
    """Horizontal bars of annual emission reductions by class, in 万tCO2e, with a range where one is given.

    Parameters
    ----------
    frame : DataFrame
        One row per project; rows without a value are not drawn, and the axis label says how many they are.
    label : str
        Column with the Chinese name of the class.
    value, low, high : str
        Columns in tCO2e per year.
    """
    need(frame, label, value, *filter(None, (low, high)))
    known = frame[frame[value].notna()]
    columns = [value, *filter(None, (low, high))]
    sums = known.groupby(label, observed=True)[columns].sum().sort_values(value) / 1e4
    missing = len(frame) - len(known)
    with style.styled():
        figure, axes = canvas(max(45.0, min(105.0, 22 + 9.0 * len(sums))))
        error = None
        if low and high:
            error = np.clip(np.vstack([sums[value] - sums[low], sums[high] - sums[value]]), 0, None)
        axes.barh(
            sums.index.astype(str),
            sums[value],
            height=0.6,
            color=style.PALETTE[0],
            xerr=error,
            error_kw={"ecolor": style.INK, "elinewidth": 0.8, "capsize": 2.5},
        )
        ends = sums[high] if low and high else sums[value]
        for place, (shown, end) in enumerate(zip(sums[value], ends, strict=True)):
            axes.annotate(
                units.number(shown, 2),
                (max(end, 0), place),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
        tail = f"；另有 {missing} 个项目待补充，未计入" if missing else ""
        axes.set(xlabel=f"年减排量（万tCO₂e{tail}）", ylabel="")
        axes.margins(x=0.15)
        axes.grid(axis="y", visible=False)
        return finish(figure, axes, notice, empty=sums.empty)
