"""What every chart begins and ends with."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, ScalarFormatter

from fengwuwu.errors import ReportError
from fengwuwu.reporting import style

NO_DATA = "无数据"
_FEWEST_YEARS = 4


def need(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a table that lacks a column."""
    absent = [column for column in columns if column not in frame]
    if absent:
        raise ReportError(
            f"作图的表中没有列：{'、'.join(absent)}。", remedy=f"已有：{'、'.join(map(str, frame.columns))}。"
        )


def canvas(height_mm: float) -> tuple[Figure, Axes]:
    """A figure as wide as the text, with room for the notice above the axes."""
    figure, axes = plt.subplots(figsize=(style.WIDTH, height_mm * style.MM), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 4.5 / height_mm))  # type: ignore[union-attr, call-arg]
    return figure, axes


def finish(figure: Figure, axes: Axes, notice: str, *, empty: bool) -> Figure:
    """Numbers with thousands separators, the notice, and 无数据 where nothing was drawn."""
    if empty:
        axes.clear()
        axes.set_axis_off()
        axes.text(0.5, 0.5, NO_DATA, ha="center", va="center", transform=axes.transAxes, color=style.SOFT, fontsize=11)
    else:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), ScalarFormatter):
                axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.10g}"))
    sns.despine(figure, left=True)
    style.stamp(figure, notice)
    return figure


def widen(axes: Axes, years: int) -> None:
    """Room for a few years at least, so that the bar of a single one does not fill the picture."""
    missing = max(_FEWEST_YEARS - years, 0) / 2
    axes.set_xlim(-0.6 - missing, years - 0.4 + missing)
