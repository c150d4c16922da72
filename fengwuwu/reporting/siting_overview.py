"""Siting of many projects at once: one map coloured by result, and what each rule answers for how many projects."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fengwuwu import vocabulary
from fengwuwu.errors import InputError
from fengwuwu.projects.overlays import ORDER, UNKNOWN_RADIUS
from fengwuwu.projects.site_layers import Layers
from fengwuwu.projects.siting import NO_LAYER, by_rule
from fengwuwu.reporting import style
from fengwuwu.reporting.map_layers import draw_base, draw_rough, draw_rules, sources
from fengwuwu.reporting.maps import SKETCH, map_frame, north_arrow, projected, scale_bar
from fengwuwu.reporting.tables import Column
from fengwuwu.vocabulary import SITING

# Colour and mark by result; what is not known is hollow.
_LOOK = {
    "pass": ("#009E73", "o"),
    "flag": ("#F0E442", "^"),
    "undetermined": ("white", "o"),
    "review": ("#E69F00", "s"),
    "block": ("#A00000", "X"),
}
# What the sentence of a rule says when it cannot judge; the later one counts.
_REASONS = {
    "无界线图层": "邻县无界线图层",
    "未报乡镇": "未报乡镇",
    "未核距离": "乡镇点位或坐标未知",
    UNKNOWN_RADIUS: "位置误差未报",
    "无坐标": "无坐标",
    "不完整": "图层在此处不完整",
}
RULE_COLUMNS: dict[str, str | Column] = {
    "rule": "规则",
    "name": "名称",
    "layer": Column("图层", missing="—"),
    **{answer: Column(SITING[answer]) for answer in reversed(ORDER)},
    "why": Column("无法判断的原因", missing="—"),
    "source": "来源",
    "status": Column("状态", labels=vocabulary.VALUE_STATUS),
}


def siting_map(assessed: gpd.GeoDataFrame, layers: Layers, notice: str = "") -> Figure:
    """The three counties with the layers that rules use and every project that has a place, by its siting result.

    Parameters
    ----------
    assessed : GeoDataFrame
        With ``siting_result``.
    layers : Layers
        Those it was sited by.
    notice : str
        Printed into the picture when projects are not real.
    """
    counties = projected(layers.counties, "县界", "county")
    west, south, east, north = counties.total_bounds
    margin = 0.04 * max(east - west, north - south)
    extent = (west - margin, south - margin, east + margin, north + margin)
    window = shapely.box(*extent)
    titles = {layers.register[name].title for name in layers.supplied}
    points = projected(assessed, "项目", "siting_result")
    points = points.set_geometry(points.representative_point())
    with style.styled():
        figure, axes = map_frame(extent, legend_mm=52.0)
        handles = [*draw_base(axes, layers, window, towns=False), *draw_rough(axes, layers, window, size=5)]
        handles += draw_rules(axes, layers, titles, window)
        for answer in reversed(ORDER):  # the worst lies on top
            part = points[points["siting_result"] == answer]
            if part.empty:
                continue
            colour, marker = _LOOK[answer]
            axes.plot(
                part.geometry.x,
                part.geometry.y,
                linestyle="",
                marker=marker,
                markersize=5.5,
                markerfacecolor=colour,
                markeredgecolor=style.INK,
                markeredgewidth=0.7,
                zorder=6 + ORDER.index(answer),
            )
            mark = Line2D([], [], linestyle="", marker=marker, markerfacecolor=colour, markeredgecolor=style.INK)
            mark.set_label(f"{SITING[answer]}（{len(part)}）")
            handles.append(mark)
        axes.set(xlabel="", ylabel="")
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, labelspacing=0.7)
        scale_bar(axes, extent)
        north_arrow(axes)
        unplaced = f"没有坐标、未画出的项目 {len(assessed) - len(points)} 个。{SKETCH}。"
        said = f"{unplaced}\n资料来源：{sources(layers, titles)}。"
        figure.text(0.005, 0.006, said, fontsize=6, color="#555555", va="bottom", linespacing=1.2)
        style.stamp(figure, notice)
    return figure


def example(assessed: gpd.GeoDataFrame, project_id: str = "") -> gpd.GeoDataFrame:
    """One project for a review map: the one that is asked for, else the worst result among those that have a place.

    Returns
    -------
    GeoDataFrame
        One row, or none when no project has a place.

    Raises
    ------
    InputError
        When there is no project of that number.
    """
    if project_id:
        found = assessed[assessed["project_id"] == project_id]
        if found.empty:
            raise InputError(f"项目库里没有编号“{project_id}”。", remedy="请核对参数 project，或留空。")
        return found
    placed = assessed[assessed.geometry.notna() & ~assessed.geometry.is_empty]
    worst = placed["siting_result"].map(ORDER.index).sort_values(ascending=False, kind="stable")
    return placed.loc[worst.index[:1]]


def answers(projects: pd.DataFrame, layers: Layers) -> pd.DataFrame:
    """How many projects each rule answers in each way, and why it cannot judge the others.

    Returns
    -------
    DataFrame
        ``rule, name, layer``, a count by answer (keys of `fengwuwu.vocabulary.SITING`)``, why, source, status``; the
        rules that concern no project are left out. In the order of the rules.
    """
    found = by_rule(projects, layers)
    if found.empty:
        return pd.DataFrame(columns=[*RULE_COLUMNS])
    counts = pd.crosstab(found["rule"], found["answer"]).reindex(columns=list(ORDER), fill_value=0)
    first = found.drop_duplicates("rule").set_index("rule")[["name", "layer", "source", "status"]]
    unclear = found[found["answer"] == "undetermined"]
    why = unclear.groupby("rule")["text"].agg(_reasons)
    table = first.join(counts).join(why.rename("why")).reset_index()
    return table[[*RULE_COLUMNS]]


def _reasons(texts: pd.Series) -> str:
    """The reasons without the figures of each project, the most frequent first."""
    plain = pd.Series("其他", index=texts.index)
    for words, reason in _REASONS.items():
        plain[texts.str.contains(words, regex=False)] = reason
    lacking = texts.str.startswith(NO_LAYER)
    plain[lacking] = texts[lacking]
    return "；".join(f"{reason}（{count}）" for reason, count in plain.value_counts().items())
