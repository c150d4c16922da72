"""How the first places of a ranking change from one way of counting to the next: a line per project."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

import pandas as pd
from matplotlib.figure import Figure

from fengwuwu.reporting import style
from fengwuwu.reporting.figures.canvas import canvas, finish, need

_LONGEST = 18


def rank_changes(
    frame: pd.DataFrame, cases: Mapping[str, str], *, label: str = "label", top: int = 10, notice: str = ""
) -> Figure:
    """Lines of ranks; who is always in the top is grey, who enters or leaves it is coloured.

    Parameters
    ----------
    frame : DataFrame
        One row per project, with `label` and the columns of ranks (1 the best).
    cases : mapping
        Columns of ranks, from left to right, and their headings. The first is the one the others are set against.
    top : int
        Projects among the first `top` in at least one case are drawn.
    """
    need(frame, label, *cases)
    columns = list(cases)
    shown = frame[(frame[columns] <= top).any(axis=1)].sort_values(columns[0], kind="stable")
    lowest = int(shown[columns].max().max()) if len(shown) else 1
    # One far outlier must not press the rest together.
    floor = min(lowest, top + 8)
    with style.styled():
        figure, axes = canvas(max(55.0, min(108.0, 26 + 4.6 * floor)))
        paint = iter(style.PALETTE * (1 + len(shown) // len(style.PALETTE)))
        marks = iter(style.MARKERS * (1 + len(shown) // len(style.MARKERS)))
        for row in shown.to_dict("records"):
            ranks = [min(int(row[column]), floor + 1) for column in columns]
            crosses = len({rank <= top for rank in ranks}) > 1
            colour = next(paint) if crosses else style.SOFT
            axes.plot(
                range(len(columns)),
                ranks,
                color=colour,
                linewidth=2.0 if crosses else 0.9,
                marker=next(marks) if crosses else "o",
                markersize=5 if crosses else 3,
                zorder=3 if crosses else 2,
            )
            for place, side, align in ((0, -6, "right"), (len(columns) - 1, 6, "left")):
                named = f"{_short(str(row[label]))}　" if place == 0 else ""
                axes.annotate(
                    f"{named}{int(row[columns[place]])}",
                    (place, ranks[place]),
                    (side, 0),
                    textcoords="offset points",
                    ha=align,
                    va="center",
                    fontsize=7,
                    color=style.INK if crosses else "#555555",
                    fontweight="bold" if crosses else "normal",
                )
        axes.axhline(top + 0.5, color=style.WARNING, linewidth=0.8, linestyle="--", zorder=1)
        axes.annotate(
            f"前 {top} 名",
            (0.5, top + 0.5),  # between two columns, where no mark stands
            (0, -2),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=7,
            color=style.WARNING,
        )
        axes.set_xticks(range(len(columns)), ["\n".join(wrap(name, 6)) for name in cases.values()])
        axes.xaxis.tick_top()
        axes.set_ylim(floor + 1.8, 0.2)
        axes.set_yticks([])
        axes.set_xlim(-0.15, len(columns) - 1 + 0.25)
        axes.set(xlabel="", ylabel="")
        axes.grid(axis="y", visible=False)
        return finish(figure, axes, notice, empty=shown.empty)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
