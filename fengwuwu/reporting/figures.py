"""Charts of reports. Each takes a plain table and returns a matplotlib figure in the common style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, ScalarFormatter

from fengwuwu.errors import ReportError
from fengwuwu.reporting import style, units

NO_DATA = "无数据"


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
    _need(financing, instrument, year, amount)
    table = financing.pivot_table(index=year, columns=instrument, values=amount, aggfunc="sum", fill_value=0.0) / 1e4
    unknown = [key for key in table if key not in labels]
    if unknown:
        raise ReportError(f"资金来源没有中文名称：{'、'.join(map(str, unknown))}。")
    table = table[[key for key in labels if key in table and table[key].sum() > 0]]
    with style.styled():
        figure, axes = _canvas(80)
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
        if len(table.columns):
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="资金来源", reverse=True)
        return _finish(figure, axes, notice, empty=table.empty)


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
    _need(frame, label, value, *filter(None, (low, high)))
    known = frame[frame[value].notna()]
    columns = [value, *filter(None, (low, high))]
    sums = known.groupby(label, observed=True)[columns].sum().sort_values(value) / 1e4
    missing = len(frame) - len(known)
    with style.styled():
        figure, axes = _canvas(max(45.0, min(105.0, 22 + 9.0 * len(sums))))
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
        return _finish(figure, axes, notice, empty=sums.empty)


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
    _need(frame, start, group)
    order = list(groups) or [str(value) for value in frame[group].drop_duplicates()]
    counts = frame.groupby([start, group], observed=True).size().unstack(fill_value=0)
    counts = counts.reindex(columns=order, fill_value=0)
    if len(counts):
        counts = counts.reindex(range(int(counts.index.min()), int(counts.index.max()) + 1), fill_value=0)
    with style.styled():
        figure, axes = _canvas(65)
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
        axes.set_xticks(range(len(counts)), [str(year) for year in counts.index])
        axes.set(xlabel="开工年份", ylabel="项目数（个）")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(y=0.15)
        if len(order) > 1:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        return _finish(figure, axes, notice, empty=counts.empty)


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
    _need(frame, label, share, *filter(None, (assumed,)))
    with style.styled():
        figure, axes = _canvas(max(38.0, min(105.0, 20 + 9.0 * len(frame))))
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
        return _finish(figure, axes, notice, empty=frame.empty)


def _need(frame: pd.DataFrame, *columns: str) -> None:
    absent = [column for column in columns if column not in frame]
    if absent:
        raise ReportError(
            f"作图的表中没有列：{'、'.join(absent)}。", remedy=f"已有：{'、'.join(map(str, frame.columns))}。"
        )


def _canvas(height_mm: float) -> tuple[Figure, Axes]:
    figure, axes = plt.subplots(figsize=(style.WIDTH, height_mm * style.MM), layout="constrained")
    # Room for the notice above the axes.
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 4.5 / height_mm))  # type: ignore[union-attr, call-arg]
    return figure, axes


def _finish(figure: Figure, axes: Axes, notice: str, *, empty: bool) -> Figure:
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
