"""Money by source and year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.errors import ReportError
from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need, widen


def financing_by_year(
    financing: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    instrument: str = "instrument",
    year: str = "year",
    amount: str = "amount_wan_yuan",
    notice: str = "",
) -> Figure:
    """Stacked bars of money by source and year, in 亿元.

    Parameters
    ----------
    financing : DataFrame
        Long table: one row per project, instrument and year; `amount` in 万元.
    labels : mapping of str to str
        Chinese name by instrument; its order is the order of the stack. Instruments without money are left out.
    notice : str
        Printed into the picture when the figures are not real.
    """
    need(financing, instrument, year, amount)
    table = financing.pivot_table(index=year, columns=instrument, values=amount, aggfunc="sum", fill_value=0.0) / 1e4
    unknown = [key for key in table if key not in labels]
    if unknown:
        raise ReportError(f"资金来源没有中文名称：{'、'.join(map(str, unknown))}。")
    table = table[[key for key in labels if key in table and table[key].sum() > 0]]
    with style.styled():
        figure, axes = canvas(80)
        bottom = np.zeros(len(table))
        years = [str(int(y)) for y in table.index]
        for place, key in enumerate(table):
            values = table[key].to_numpy(dtype=float)
            axes.bar(
                years,
                values,
                bottom=bottom,
                label=labels[str(key)],
                width=0.6,
                edgecolor="white",
                linewidth=0.4,
                color=style.PALETTE[place % len(style.PALETTE)],
                hatch=style.hatch(place),
            )
            bottom += values
        for place, total in enumerate(bottom):
            axes.annotate(
                units.number(total, 2), (place, total), (0, 3), textcoords="offset points", ha="center", fontsize=8
            )
        axes.set(xlabel="年份", ylabel="金额（亿元）")
        axes.margins(y=0.12)
        widen(axes, len(table))
        if len(table.columns):
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="资金来源", reverse=True)
        return finish(figure, axes, notice, empty=table.empty)
