"""How often each project is chosen when figures turn out otherwise, and what is lost against perfect foresight."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from fengwuwu.reporting import style
from fengwuwu.reporting.figures.canvas import finish, need

_MOST = 26  # bars that can be told apart on half a page
_LEVELS = (0.5, 0.9)


def robustness(
    selection: pd.DataFrame, draws: pd.DataFrame, *, label: str = "project_name", notice: str = ""
) -> Figure:
    """Bars of selection frequencies beside the distribution of the regret.

    Parameters
    ----------
    selection : DataFrame
        `Robustness.selection`, from top to bottom; projects outside the plan that no draw chose are left out, and of
        many the surest ones, which the title says.
    draws : DataFrame
        `Robustness.draws`. The regret of a draw is an interval, so its distribution is a band between two lines.
    label : str
        Column that names a project.
    notice : str
    """
    need(selection, label, "planned", "frequency")
    need(draws, "regret_low_t", "regret_high_t")
    shown = selection[selection["planned"] | (selection["frequency"] > 0)]
    left_out = max(len(shown) - _MOST, 0)
    doubtful = (shown["frequency"] - 0.5).abs().sort_values(kind="stable").index[:_MOST]
    shown = shown.loc[shown.index.isin(doubtful)]
    height = max(60.0, 24 + 3.3 * len(shown))
    with style.styled():
        figure, (bars, band) = plt.subplots(
            1, 2, figsize=(style.WIDTH, height * style.MM), layout="constrained", width_ratios=(1.25, 1)
        )
        figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 4.5 / height))  # type: ignore[union-attr, call-arg]
        for place, row in enumerate(shown.to_dict("records")):
            bars.barh(
                place,
                100 * row["frequency"],
                height=0.65,
                color=style.PALETTE[0] if row["planned"] else "white",
                edgecolor=style.PALETTE[0],
                hatch="" if row["planned"] else "////",
            )
        for level in _LEVELS:
            bars.axvline(100 * level, color=style.SOFT, linewidth=0.8, linestyle="--", zorder=0)
        bars.set_yticks(range(len(shown)), shown[label].astype(str), fontsize=6.5)
        bars.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        bars.set_xlim(0, 100)
        if len(shown) and shown["frequency"].isna().all():
            words = "没有一次抽样求到所述差距，\n因此没有入选频率"
            bars.text(0.5, 0.5, words, transform=bars.transAxes, ha="center", va="center")
        bars.set(xlabel="在多少抽样的最好方案中入选（%）", ylabel="")
        bars.set_title("入选频率" + (f"（最确定的 {left_out} 个未列）" if left_out else ""), loc="left")
        bars.grid(axis="y", visible=False)
        handles = [
            plt.Rectangle((0, 0), 1, 1, facecolor=style.PALETTE[0], edgecolor=style.PALETTE[0], label="本方案入选"),
            plt.Rectangle(
                (0, 0), 1, 1, facecolor="white", edgecolor=style.PALETTE[0], hatch="////", label="本方案未入选"
            ),
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=2)
        known = draws[draws["regret_low_t"].notna() & draws["regret_high_t"].notna()]
        low, high = (np.sort(known[c].to_numpy(float)) / 1e4 for c in ("regret_low_t", "regret_high_t"))
        if len(known):
            # Empirical distributions: at each value up to the share of draws that do not exceed it.
            steps = np.repeat(100 * np.arange(len(known) + 1) / len(known), 2)[1:-1]
            low, high = np.repeat(low, 2), np.repeat(high, 2)
            band.fill_betweenx(steps, low, high, color=style.PALETTE[5], alpha=0.5, linewidth=0)
            band.plot(low, steps, color=style.PALETTE[0], label="下界")
            band.plot(high, steps, color=style.INK, linestyle=":", label="上界")
            band.legend(loc="lower right")
        band.set_ylim(0, 101)
        band.set_xlim(left=0)
        band.set(xlabel="后悔值（万tCO2e）", ylabel="不超过该值的抽样（%）")
        band.set_title("后悔值的分布", loc="left")
        return finish(figure, bars, notice, empty=shown.empty)
