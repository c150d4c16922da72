"""What every further change against an earlier plan gains: the curve to choose the number of changes by."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fengwuwu.reporting import style
from fengwuwu.reporting.figures.canvas import canvas, finish, need


def changes_curve(frame: pd.DataFrame, *, tonnes: bool, suggested: int | None = None, notice: str = "") -> Figure:
    """Best value by the number of changes allowed; what is not proven is hollow.

    Parameters
    ----------
    frame : DataFrame
        One row per number of changes: ``max_changes``, ``objective`` (tCO2e, or 0–1; rows without it are left out)
        and the boolean ``proven``.
    tonnes : bool
        Whether the objective is in tCO2e and not a share.
    suggested : int, optional
        The number to be marked.
    """
    need(frame, "max_changes", "objective", "proven")
    shown = frame[frame["objective"].notna()]
    with style.styled():
        figure, axes = canvas(75)
        x = shown["max_changes"].to_numpy(dtype=float)
        y = shown["objective"].to_numpy(dtype=float) * (1e-4 if tonnes else 100.0)
        sure = shown["proven"].to_numpy(dtype=bool)
        axes.plot(x, y, color=style.SOFT, linewidth=1, linestyle=":", zorder=1)
        for label, mask, colour in (
            ("已证明", sure, style.PALETTE[0]),
            ("未证明（时限内最好）", ~sure, "white"),
        ):
            if mask.any():
                axes.scatter(x[mask], y[mask], s=34, color=colour, edgecolor=style.PALETTE[0], label=label, zorder=3)
        chosen = x == suggested
        if chosen.any():
            axes.scatter(
                x[chosen], y[chosen], s=190, marker="*", color=style.PALETTE[1], edgecolor=style.INK, linewidth=1,
                label="建议讨论的点", zorder=2,
            )  # fmt: skip
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(x=0.08, y=0.15)
        goal = "核算期减排量（万tCO₂e）" if tonnes else "气候友好投资占固定资产投资的比重（%）"
        axes.set(xlabel="允许变动的项目数（处）", ylabel=goal)
        if len(shown):
            axes.legend(loc="lower right", frameon=True, framealpha=0.9)
        return finish(figure, axes, notice, empty=shown.empty)
