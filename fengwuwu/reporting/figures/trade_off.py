"""The trade-off between emission reductions and the climate share of fixed-asset investment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need


def share_digits(shares: pd.Series, least: int = 2, most: int = 5) -> int:
    """Decimals of a percentage that keep different shares (0–1) apart."""
    known = sorted({round(float(value) * 100, 9) for value in shares.dropna()})
    for digits in range(least, most):
        if len({round(value, digits) for value in known}) == len(known):
            return digits
    return most


def trade_off(
    frame: pd.DataFrame,
    *,
    share: str = "climate_share",
    tonnes: str = "emission_reduction_t",
    proven: str = "proven",
    suggested: str = "knee",
    current: str = "current",
    notice: str = "",
) -> Figure:
    """Efficient plans from the most reductions to the highest share; what is not proven is hollow.

    Parameters
    ----------
    frame : DataFrame
        One row per point: `share` (0–1), `tonnes` (tCO2e), booleans `proven`, `suggested`, `current`; ``point`` numbers
        them. Rows without values are left out.
    """
    need(frame, "point", share, tonnes, proven, suggested, current)
    shown = frame[frame[share].notna() & frame[tonnes].notna()].sort_values(share)
    with style.styled():
        figure, axes = canvas(85)
        x, y = shown[share].to_numpy(dtype=float) * 100, shown[tonnes].to_numpy(dtype=float) / 1e4
        axes.plot(x, y, color=style.SOFT, linewidth=1, linestyle=":", zorder=1)
        sure = shown[proven].to_numpy(dtype=bool)
        kinds = (
            ("已证明为有效点", sure, style.PALETTE[0]),
            ("未证明（时限内最好）", ~sure, "white"),
        )
        for label, mask, colour in kinds:
            if mask.any():
                axes.scatter(
                    x[mask],
                    y[mask],
                    s=34,
                    color=colour,
                    edgecolor=style.PALETTE[0],
                    linewidth=1.2,
                    label=label,
                    zorder=3,
                )
        for label, column, marker, size in (("建议讨论的点", suggested, "*", 190), ("本方案", current, "s", 120)):
            mask = shown[column].to_numpy(dtype=bool)
            if mask.any():
                axes.scatter(
                    x[mask], y[mask], s=size, marker=marker, facecolor="none" if marker == "s" else style.PALETTE[1],
                    edgecolor=style.INK, linewidth=1, label=label, zorder=2,
                )  # fmt: skip
        for number, left, up in zip(shown["point"], x, y, strict=True):
            axes.annotate(str(number), (left, up), (6, 6), textcoords="offset points", fontsize=8)
        digits = share_digits(shown[share])
        axes.set(xlabel="气候友好投资占固定资产投资的比重（%）", ylabel="核算期减排量（万tCO₂e）")
        axes.margins(x=0.08, y=0.12)
        if len(shown):
            axes.legend(loc="lower left", frameon=True, framealpha=0.9)
        done = finish(figure, axes, notice, empty=shown.empty)
        if len(shown) > 1 and np.ptp(x) > 0:
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: units.number(value, digits)))
            axes.locator_params(axis="x", nbins=6)
        return done
