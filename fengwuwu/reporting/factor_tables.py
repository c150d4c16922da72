"""What the reductions of some projects rest on besides their forms: grid factors, fuel factors, default values."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from fengwuwu import reference, vocabulary
from fengwuwu.projects import technologies
from fengwuwu.projects.account import Account, account
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.factor_lock import exact
from fengwuwu.reference import Value
from fengwuwu.reporting.tables import Column

_STATUS = Column("状态", labels=vocabulary.VALUE_STATUS)
_UNIT = Column("单位", missing="—")
FACTOR_COLUMNS: dict[str, str | Column] = {
    "name": "因子",
    "use": "用途",
    "shown": Column("数值", align="right"),  # as it stands, not rounded
    "unit": _UNIT,
    "year": Column("年份", grouping=False),
    "document": Column("文件", missing="—"),
    "source": "来源",
    "status": _STATUS,
}
DEFAULT_COLUMNS: dict[str, str | Column] = {
    "technology": Column("技术类型", labels=technologies.labels()),
    "name": "参数",
    "low": Column("低值", align="right"),
    "central": Column("中值", align="right", missing="只有区间"),
    "high": Column("高值", align="right"),
    "unit": _UNIT,
    "source": "来源",
    "year": Column("年份", grouping=False),
    "status": _STATUS,
}
RANKS, SHOWN, PART, FUEL = "参与排序", "只作对照，不参与排序", "用于计算组合边际", "燃料、热力与温室气体"
_MARGIN = "om_weight_"


def factors(*projects: pd.DataFrame) -> pd.DataFrame:
    """Every factor that the reductions of these projects rest on, with its role.

    Parameters
    ----------
    *projects : DataFrame
        Assessed.

    Returns
    -------
    DataFrame
        ``name, use`` (Chinese)``, value, shown`` (the same as text)``, unit, year, document, source, status`` (key of
        `VALUE_STATUS`): the grid factors that rank, those only shown, the margins and weights that a combined margin
        is made of, then the factors of fuels, heat and gases.
    """
    ranking: dict[str, Value] = {}
    shown: dict[str, Value] = {}
    fuels: dict[str, Value] = {}
    mixes: set[str] = set()
    common = _common()
    for chosen in _accounts(*projects):
        fuels |= {name: value for name, value in chosen.used().items() if name in common}
        for basis, value in chosen.factors.items() if chosen.on_grid else ():
            (ranking if basis in chosen.ranking else shown)[value.name] = value
            if basis == "cm":
                mixes.add(str(chosen.rule["mix"]))
    rows = [(value, RANKS) for value in ranking.values()]
    rows += [(value, SHOWN) for name, value in shown.items() if name not in ranking]
    if mixes:
        area = str(reference.table("bases").set_index("basis").at["cm", "area"])
        rows += [(reference.factor(kind, area), PART) for kind in ("operating_margin", "build_margin")]
        rows += [(reference.parameter("*", f"{_MARGIN}{mix}"), PART) for mix in sorted(mixes, reverse=True)]
    rows += [(fuels[name], FUEL) for name in common if name in fuels]
    return pd.DataFrame(
        [
            vars(value)
            | {
                "use": use,
                "shown": exact(value.value),
                "document": value.document or None,
                "unit": None if value.unit == "1" else value.unit,
            }
            for value, use in rows
        ],
        columns=["name", "use", "value", "shown", "unit", "year", "document", "source", "status"],
    )


def defaults(*projects: pd.DataFrame) -> pd.DataFrame:
    """The default values that the methods of these projects may read, with their ranges.

    Returns
    -------
    DataFrame
        ``technology, name, low, central, high`` (as text, not rounded)``, unit, source, year, status``; a form's own
        figure takes the place of a default, so that not every project uses each. ``central`` is missing where the
        source has only a range.
    """
    table = reference.table("parameters")
    own = []
    for chosen in _accounts(*projects):
        rows = table[(table["technology"] == chosen.technology) & table["parameter"].isin(list(chosen.used()))]
        own.append(rows)
    found = pd.concat(own, ignore_index=True) if own else table.iloc[:0].copy()
    found["unit"] = found["unit"].where(found["unit"] != "1", None)
    for name in ("low", "central", "high"):
        found[name] = pd.Series([exact(v) if v == v else None for v in found[name]], found.index, dtype=object)
    return found


def _accounts(*projects: pd.DataFrame) -> Iterator[Account]:
    """Those of the technologies with a computed reduction, in order of their key."""
    computed = {key for table in projects for key in table.loc[table[PREFIX].notna(), "technology"].dropna()}
    for key in sorted(computed):
        chosen = account(key)
        if chosen is not None and chosen.method is not None:
            yield chosen


def _common() -> list[str]:
    """Parameters that hold for every technology."""
    table = reference.table("parameters")
    names = table.loc[table["technology"] == "*", "parameter"]
    return [name for name in names if not name.startswith(_MARGIN)]
