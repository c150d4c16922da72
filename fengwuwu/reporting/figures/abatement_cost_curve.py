"""The marginal abatement cost curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need

BULK = 0.95  # share of the tonnes that must be drawn to scale


def abatement_cost_curve(
    frame: pd.DataFrame,
    *,
    cost: str = "abatement_cost_yuan_per_t",
    tonnes: str = "emission_reduction_t_per_year",
    group: str = "class_label",
    chosen: str = "",
    notice: str = "",
) -> Figure:
    """Projects side by side from the cheapest tonne to the dearest: width is the reduction, height the cost.

    Parameters
    ----------
    frame : DataFrame
        One row per project; rows without cost or without a positive reduction are not drawn, and the axis says how
        many they are.
    cost : str
        Column in 元/tCO2e.
    tonnes : str
        Column in tCO2e per year.
    group : str
        Column with the Chinese name of the kind, which sets the colour.
    chosen : str
        Column of booleans: the plan funds the project; the others are drawn pale.
    """
    need(frame, cost, tonnes, group, *filter(None, (chosen,)))
    drawn = frame[frame[cost].notna() & (frame[tonnes] > 0)].sort_values([cost, tonnes], kind="stable")
    missing = len(frame) - len(drawn)
    widths = drawn[tonnes].to_numpy(dtype=float) / 1e4
    lefts = np.concatenate([[0.0], np.cumsum(widths)[:-1]]) if len(widths) else widths
    # the kinds with most tonnes first, so that colours repeat only among the small ones
    kinds = [str(kind) for kind in drawn.groupby(group)[tonnes].sum().sort_values(ascending=False).index]
    with style.styled():
        figure, axes = canvas(80)
        for place, kind in enumerate(kinds):
            own = (drawn[group].astype(str) == kind).to_numpy()
            funded = drawn[chosen].to_numpy(dtype=bool) if chosen else np.ones(len(drawn), bool)
            for part, alpha in ((own & funded, 1.0), (own & ~funded, 0.3)):
                axes.bar(
                    lefts[part],
                    drawn[cost].to_numpy(dtype=float)[part],
                    width=widths[part],
                    align="edge",
                    color=style.PALETTE[place % len(style.PALETTE)],
                    hatch=style.hatch(place),
                    edgecolor="white" if alpha == 1 else "#777777",
                    linewidth=0.4,
                    alpha=alpha,
                )
        tail = f"；另有 {missing} 个项目资料不足或不计减排，未画出" if missing else ""
        axes.set(xlabel=f"累计年减排量（万tCO₂e{tail}）", ylabel="年化投资（元/tCO₂e）")
        axes.set_xlim(0, max(float(widths.sum()), 1e-9))
        _cut(axes, drawn[cost].to_numpy(dtype=float), widths)
        handles = [
            Patch(facecolor=style.PALETTE[i % len(style.PALETTE)], hatch=style.hatch(i), edgecolor="white", label=kind)
            for i, kind in enumerate(kinds)
        ]
        if chosen and len(drawn) and not drawn[chosen].all():
            handles.append(Patch(facecolor="#CCCCCC", edgecolor="#777777", label="浅色：未获支持"))
        if handles:
            axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5))
        return finish(figure, axes, notice, empty=drawn.empty)


def _cut(axes: Axes, costs: np.ndarray, widths: np.ndarray) -> None:
    """Leave room for the bulk: a few very dear tonnes run out at the top, with their cost written above."""
    if not len(costs):
        return
    bulk = float(costs[np.searchsorted(np.cumsum(widths), BULK * widths.sum())])
    limit = max(costs) * 1.05 if max(costs) <= 2 * bulk else bulk * 1.6
    axes.set_ylim(0, limit)
    beyond = costs > limit
    if beyond.any():
        least, most = (units.number(value) for value in (costs[beyond].min(), costs[beyond].max()))
        shown = least if least == most else f"{least}–{most}"
        axes.set_title(f"{beyond.sum()} 个项目超出坐标轴：{shown} 元/tCO₂e", loc="right", fontsize=7.5)
