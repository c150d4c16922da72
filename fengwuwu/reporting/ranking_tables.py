"""The ranking under each grid factor as tables and headings for people."""

from __future__ import annotations

import pandas as pd

from fengwuwu import reference
from fengwuwu.projects import ranking
from fengwuwu.projects.account import BASES
from fengwuwu.reporting.tables import Column

SENSITIVITY_COLUMNS: dict[str, str | Column] = {
    "label": "电网因子",
    "ranked": Column("是否参与排序"),
    "moved": Column("位次有变的项目数"),
    "mean_places": Column("平均变动（位）", digits=1),
    "most_places": Column("最大变动（位）"),
    "entered": Column("进入前列的", missing="—"),
    "left": Column("退出前列的", missing="—"),
}


def headings() -> dict[str, str]:
    """Short names of the cases, by column of ranks: the ranking itself first."""
    labels = reference.table("bases").set_index("basis")["label"]
    return {f"rank_{ranking.RANKING}": "排序所用"} | {f"rank_{b}": str(labels[b]).split("（")[0] for b in BASES}


def places(ranked: pd.DataFrame) -> pd.DataFrame:
    """Ranks as text with the places gained or lost.

    Parameters
    ----------
    ranked : DataFrame
        Of `fengwuwu.projects.ranking.ranks`.

    Returns
    -------
    DataFrame
        ``project_id, project_name, value`` (tCO2e per year, as ranked)``, rank``, and a text for each factor.
    """
    table = ranked[["project_id", "project_name"]].assign(
        value=ranked[f"value_{ranking.RANKING}"], rank=ranked[f"rank_{ranking.RANKING}"]
    )
    for basis in BASES:
        pairs = zip(ranked[f"rank_{basis}"], ranked[f"rise_{basis}"], strict=True)
        table[basis] = [_place(int(rank), int(rise)) for rank, rise in pairs]
    return table


def place_columns() -> dict[str, str | Column]:
    """Headers for `places`."""
    short = headings()
    return {
        "project_id": "编号",
        "project_name": "项目名称",
        "value": Column("保守值（tCO2e/年）", digits=0),
        "rank": "位次",
        **{basis: Column(f"按{short[f'rank_{basis}']}", align="right") for basis in BASES},
    }


def sensitivity(ranked: pd.DataFrame, top: int) -> pd.DataFrame:
    """`fengwuwu.projects.ranking.sensitivity` with whether a factor is among those that rank."""
    role = reference.table("bases").set_index("basis")["ranked"].map({"yes": "是", "no": "否，只作对照"})
    found = ranking.sensitivity(ranked, top)
    for name in ("entered", "left"):
        found[name] = found[name].astype(object).where(found[name] != "", None)
    return found.assign(ranked=found["basis"].map(role))


def _place(rank: int, rise: int) -> str:
    if rise == 0:
        return str(rank)
    return f"{rank}（{'升' if rise > 0 else '降'} {abs(rise)}）"
