"""What each assumption alone, at its low and at its high value, does to the reductions of the best plan."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need

_SIDES = (("low_best_t", "取低值", style.PALETTE[5], ""), ("high_best_t", "取高值", style.PALETTE[0], "///"))
_ROOM = 0.16  # of the width, for the numbers beyond the bars


def tornado(frame: pd.DataFrame, nominal_t: float, *, label: str = "label", notice: str = "") -> Figure:
    """Bars from the plan to the best plan at either value, the most influential assumption on top.

    Parameters
    ----------
    frame : DataFrame
        One row per assumption, in order, with `label` and ``low_best_t, high_best_t`` (tCO2e; NaN where no plan keeps
        the rules, which is written instead of a bar).
    nominal_t : float
        Reductions of the plan with every assumption as planned (tCO2e).
    """
    need(frame, label, *(column for column, *_ in _SIDES))
    with style.styled():
        figure, axes = canvas(max(50.0, 30 + 9 * len(frame)))
        middle = nominal_t / 1e4
        for place, row in enumerate(frame.to_dict("records")):
            missing: list[str] = []
            for column, words, colour, hatch in _SIDES:
                value = row[column] / 1e4
                if value != value:
                    missing.append(f"{words}：无可行方案")
                    continue
                axes.barh(
                    place, value - middle, left=middle, height=0.6, color=colour, hatch=hatch, edgecolor="white",
                    label=words if words not in axes.get_legend_handles_labels()[1] else None,
                )  # fmt: skip
                if abs(value - middle) > 1e-9 * max(middle, 1.0):
                    ahead = value > middle
                    axes.annotate(
                        units.number(value, 1), (value, place), (3 if ahead else -3, 0), textcoords="offset points",
                        ha="left" if ahead else "right", va="center", fontsize=7.5,
                    )  # fmt: skip
            if not missing and row["low_best_t"] == row["high_best_t"] == nominal_t:
                missing.append("没有影响")
            axes.annotate(
                "；".join(missing), (middle, place), (4, 0), textcoords="offset points", va="center", fontsize=7.5,
                color=style.WARNING,
            )  # fmt: skip
        axes.axvline(middle, color=style.INK, linewidth=1, label=f"本方案 {units.number(middle, 1)}")
        axes.set_yticks(range(len(frame)), frame[label].astype(str))
        axes.set_ylim(max(len(frame), 1) - 0.5, -0.5)
        axes.margins(x=_ROOM)
        axes.set(xlabel="最好方案的核算期减排量（万tCO₂e）", ylabel="")
        axes.grid(axis="y", visible=False)
        figure.legend(loc="outside lower center", ncols=3)
        return finish(figure, axes, notice, empty=frame.empty)
