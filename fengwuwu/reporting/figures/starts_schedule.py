"""When projects start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fengwuwu.reporting import style
from fengwuwu.reporting.figures.canvas import canvas, finish, need, widen


def starts_schedule(
    frame: pd.DataFrame,
    *,
    start: str = "start_year",
    group: str = "county",
    groups: Sequence[str] = (),
    notice: str = "",
) -> Figure:
    """Number of projects started each year, one bar per county (or other group).

    Parameters
    ----------
    frame : DataFrame
        One row per funded project.
    groups : sequence of str
        Values of `group` in order; by default as they occur.
    """
    need(frame, start, group)
    order = list(groups) or [str(value) for value in frame[group].drop_duplicates()]
    counts = frame.groupby([start, group], observed=True).size().unstack(fill_value=0)
    counts = counts.reindex(columns=order, fill_value=0)
    if len(counts):
        counts = counts.reindex(range(int(counts.index.min()), int(counts.index.max()) + 1), fill_value=0)
    with style.styled():
        figure, axes = canvas(65)
        width = 0.8 / max(len(order), 1)
        for place, name in enumerate(order):
            where = np.arange(len(counts)) + (place - (len(order) - 1) / 2) * width
            bars = axes.bar(
                where,
                counts[name],
                width=width * 0.92,
                label=name,
                edgecolor="white",
                linewidth=0.4,
                color=style.PALETTE[place % len(style.PALETTE)],
                hatch=style.hatch(place),
            )
            axes.bar_label(bars, fmt=lambda v: f"{v:.0f}" if v else "", fontsize=8, padding=2)
        widen(axes, len(counts))
        axes.set_xticks(range(len(counts)), [str(year) for year in counts.index])
        axes.set(xlabel="开工年份", ylabel="项目数（个）")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(y=0.15)
        if len(order) > 1:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return finish(figure, axes, notice, empty=counts.empty)
