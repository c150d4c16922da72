"""Where money comes from and where it goes, as bands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from fengwuwu.reporting import style, units
from fengwuwu.reporting.figures.canvas import canvas, finish, need

GAP = 0.025  # between two nodes of a column, as a share of the height
WIDTH = 0.02  # of a node, as a share of the width
LINE = 0.036  # height of a label
LONGEST = 20.0  # full-width characters that fit between two columns

Nodes = dict[str, tuple[float, float, float]]  # name → top, bottom (shares of the height) and amount


def financing_flow(
    financing: pd.DataFrame, *, stages: Sequence[str], amount: str = "amount_wan_yuan", notice: str = ""
) -> Figure:
    """Bands from stage to stage, such as source → class → county; a band is as thick as its money.

    Parameters
    ----------
    financing : DataFrame
        Long table: `amount` in 万元, and a column with Chinese names for each stage, without gaps.
    stages : sequence of str
        Columns, from left to right; at least two.
    """
    need(financing, amount, *stages)
    money = financing[financing[amount] > 0]
    with style.styled():
        figure, axes = canvas(95)
        if len(money):
            columns = [_nodes(money, stage, amount) for stage in stages]
            colours = {name: style.PALETTE[i % len(style.PALETTE)] for i, name in enumerate(columns[0])}
            for place, (left, right) in enumerate(pairwise(stages)):
                _bands(
                    axes, money, (stages[0], left, right), amount, (columns[place], columns[place + 1]), place, colours
                )
            lowest = max(_labels(axes, nodes, place) for place, nodes in enumerate(columns))
            axes.set_xlim(-0.02, len(stages) - 1 + 0.45)
            axes.set_ylim(max(1.0, lowest) + 0.02, -0.02)
        axes.set_axis_off()
        return finish(figure, axes, notice, empty=money.empty)


def _nodes(money: pd.DataFrame, stage: str, amount: str) -> Nodes:
    """The nodes of a column, largest first."""
    sums = money.groupby(stage, sort=False)[amount].sum().sort_values(ascending=False, kind="stable")
    free = 1 - GAP * (len(sums) - 1)
    nodes: Nodes = {}
    top = 0.0
    for name, value in sums.items():
        height = free * value / sums.sum()
        nodes[str(name)] = (top, top + height, float(value))
        top += height + GAP
    return nodes


def _bands(
    axes: Axes,
    money: pd.DataFrame,
    stages: tuple[str, str, str],
    amount: str,
    ends: tuple[Nodes, Nodes],
    place: int,
    colours: dict[str, str],
) -> None:
    """Bands between two columns, split and coloured by the first stage so that money can be followed throughout."""
    source, left, right = stages
    flows = money.groupby(list(dict.fromkeys(stages)), sort=False)[amount].sum().reset_index()
    ranks = [
        flows[stage].map({name: i for i, name in enumerate(names)})
        for stage, names in ((left, ends[0]), (right, ends[1]), (source, colours))
    ]
    # each node is filled from the top in the order of the nodes it meets, so that few bands cross
    near = _edges(flows, left, amount, ends[0], order=ranks)
    far = _edges(flows, right, amount, ends[1], order=[ranks[1], ranks[0], ranks[2]])
    for row in flows.index:
        outline = _band(place + WIDTH, place + 1.0, *near.loc[row], *far.loc[row])
        axes.add_patch(PathPatch(outline, color=colours[str(flows.loc[row, source])], alpha=0.5, lw=0))


def _edges(flows: pd.DataFrame, stage: str, amount: str, nodes: Nodes, *, order: Sequence[pd.Series]) -> pd.DataFrame:
    """Top and height of each band where it meets its node (index of `flows`)."""
    keys = [str(place) for place in range(len(order))]
    sequence = pd.concat(order, axis=1, keys=keys).sort_values(keys).index
    names = flows[stage].loc[sequence].astype(str)
    scale = names.map({name: (bottom - top) / value for name, (top, bottom, value) in nodes.items()})
    heights = flows[amount].loc[sequence] * scale
    tops = names.map({name: top for name, (top, _, _) in nodes.items()}) + heights.groupby(names).cumsum() - heights
    return pd.DataFrame({"top": tops, "height": heights})


def _band(x0: float, x1: float, top: float, tall: float, end: float, tall_end: float) -> Outline:
    middle = (x0 + x1) / 2
    points = [
        *((x0, top), (middle, top), (middle, end), (x1, end)),
        *((x1, end + tall_end), (middle, end + tall_end), (middle, top + tall), (x0, top + tall), (x0, top)),
    ]
    codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
    return Outline(points, codes)


def _labels(axes: Axes, nodes: Nodes, place: int) -> float:
    """Name and amount at each node, moved down where the one above would be covered; returns the lowest place."""
    lowest = -LINE
    for name, (top, bottom, value) in nodes.items():
        axes.add_patch(Rectangle((place, top), WIDTH, bottom - top, color=style.INK, lw=0))
        lowest = max((top + bottom) / 2, lowest + LINE)
        shown = f"{name}　{units.number(value / 1e4, 2)} 亿元"
        size = 7.5 * min(1.0, LONGEST / units.text_width(shown))  # no label reaches the next column
        axes.text(place + WIDTH * 1.6, lowest, shown, va="center", fontsize=size, path_effects=style.HALO)
    return lowest
