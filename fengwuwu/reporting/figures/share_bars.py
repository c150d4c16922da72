"""Shares as bars."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need


def share_bars(
    frame: pd.DataFrame,
    *,
    label: str = "label",
    share: str = "share",
    assumed: str = "",
    xlabel: str = "占比（%）",
    notice: str = "",
) -> Figure:
    """Bars of shares 0–100 %; those that rest on an assumption are hatched, unknown ones say 待补充.

    Parameters
    ----------
    frame : DataFrame
        One row per bar, from top to bottom.
    share : str
        Column with ratios 0–1.
    assumed : str
        Column of booleans: the share rests on an assumed denominator.
    """
    need(frame, label, share, *filter(None, (assumed,)))
    with style.styled():
        figure, axes = canvas(max(38.0, min(105.0, 20 + 9.0 * len(frame))))
        for place, row in enumerate(frame.to_dict(orient="records")):
            value, marked = row[share], bool(assumed and row[assumed])
            if pd.isna(value):
                axes.annotate("待补充", (0, place), (4, 0), textcoords="offset points", va="center", fontsize=8)
                continue
            percent = float(value) * 100
            axes.barh(
                place,
                percent,
                height=0.6,
                color="white" if marked else style.PALETTE[0],
                edgecolor=style.PALETTE[0],
                hatch="////" if marked else "",
            )
            text = units.number(percent, 1) + "%" + ("（假设情景）" if marked else "")
            axes.annotate(text, (percent, place), (4, 0), textcoords="offset points", va="center", fontsize=8)
        axes.set_yticks(range(len(frame)), frame[label].astype(str))
        axes.set_ylim(max(len(frame), 1) - 0.5, -0.5)
        largest = float(frame[share].max()) * 100 if frame[share].notna().any() else 100.0
        axes.set_xlim(0, min(100.0, largest * 1.3) if largest < 75 else 118.0)
        axes.set(xlabel=xlabel, ylabel="")
        axes.grid(axis="y", visible=False)
        return finish(figure, axes, notice, empty=frame.empty)
