"""Reads ``data/reference``: every value comes with its unit, source, year and status.

A table is a CSV file. One that holds values or rules says in each row where the row comes from (``source``, ``year``,
``status``; ``unit`` where there is a value); a plain vocabulary is entered once in ``tables.csv`` instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from fengwuwu import paths
from fengwuwu.errors import Problem, ReferenceDataError
from fengwuwu.vocabulary import VALUE_STATUS, WORST_STATUS_ORDER

_REGISTER = "tables"
_PROVENANCE = ("source", "year", "status")
_NUMBERS = ("value", "low", "central", "high", "points", "threshold", "limit", "year")
_MEASURES = ("value", "low", "central", "high", "points", "threshold", "limit")
# Two figures are the same factor when they agree to the digits that circulate.
_SAME = 5e-5


@dataclass(frozen=True)
class Value:
    """A number that can be followed back.

    Attributes
    ----------
    value : float
        In `unit`.
    unit, source : str
    year : int
        Year of the data or of the document.
    status : str
        Key of `fengwuwu.vocabulary.VALUE_STATUS`.
    name : str
        Chinese name.
    document : str
        Issuing document (number, date); empty when there is none.
    """

    value: float
    unit: str
    source: str
    year: int
    status: str
    name: str = ""
    document: str = ""


def table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A reference table, checked; the caller's own copy.

    Parameters
    ----------
    name : str
        File name without ``.csv``, e.g. ``factors``.
    folder : Path, optional
        Another folder than ``data/reference``.

    Returns
    -------
    pandas.DataFrame
        Text columns as str (codes keep their zeros), measures and ``year`` as float; an empty cell is missing.

    Raises
    ------
    ReferenceDataError
        When the file is missing or unreadable, a row lacks its source, year, status or unit,
        or a factor is one of the wrong ones that circulate (``rejected_factors``).
    """
    return _load(_stamped(name, folder)).copy()


def factor(kind: str, area: str, year: int | None = None) -> Value:
    """An emission factor of the grid, by area, year and document.

    Parameters
    ----------
    kind : str
        ``grid_average``, ``operating_margin``, ``build_margin``, ``combined_margin_intermittent`` (wind and sun) or
        ``combined_margin_firm``. A combined margin that is not in the table is weighted from its two margins.
    area : str
        Chinese name of the province, grid or 全国.
    year : int, optional
        Data year; the latest by default.

    Returns
    -------
    Value
        In tCO2/MWh, which equals kgCO2/kWh.
    """
    rows = table("factors")
    rows = rows[(rows["kind"] == kind) & (rows["area"] == area)]
    if year is not None:
        rows = rows[rows["year"] == year]
    if rows.empty and kind.startswith("combined_margin_"):
        return _combined_margin(kind.removeprefix("combined_margin_"), area, year)
    if rows.empty:
        raise ReferenceDataError(
            f"因子表中没有 {area} 的 {kind}" + (f"（{year} 年）。" if year else "。"),
            where="data/reference/factors.csv",
            remedy="请补充该行，或改用表中已有的区域和年份。",
        )
    row = rows.sort_values("year").iloc[-1]
    found_year, document = int(row["year"]), str(row["document"])
    name = f"{area} {found_year} {_KINDS.get(kind, kind)}"
    return Value(float(row["value"]), "tCO2/MWh", str(row["source"]), found_year, str(row["status"]), name, document)


_KINDS = {
    "grid_average": "电力平均排放因子",
    "operating_margin": "电量边际 OM",
    "build_margin": "容量边际 BM",
    "combined_margin_intermittent": "组合边际（风光）",
    "combined_margin_firm": "组合边际（其他）",
}


def _combined_margin(mix: str, area: str, year: int | None) -> Value:
    om, bm = factor("operating_margin", area, year), factor("build_margin", area, year)
    if om.year != bm.year:
        raise ReferenceDataError(
            f"{area} 的 OM（{om.year}）与 BM（{bm.year}）不是同一年。",
            where="data/reference/factors.csv",
            remedy="请补齐同一年的两项因子。",
        )
    weight = parameter("*", f"om_weight_{mix}")
    share = weight.value
    source = f"{share:g}×OM＋{1 - share:g}×BM；{om.source}"
    status = worst_status([om.status, bm.status, weight.status])
    name = f"{area} {om.year} {_KINDS[f'combined_margin_{mix}']}"
    return Value(share * om.value + (1 - share) * bm.value, om.unit, source, om.year, status, name, om.document)


def parameters(technology: str, case: str = "central") -> dict[str, Value]:
    """All default values of a technology, with those that hold for every technology.

    Parameters
    ----------
    technology : str
        Key of ``technologies``.
    case : {"low", "central", "high", "conservative"}
        ``low`` gives the low emission reduction, ``high`` the high one. Where the source has only a range, ``central``
        is its middle and ``conservative`` its low end; otherwise both are the central value.

    Returns
    -------
    dict of str to Value
        By column ``parameter`` of ``parameters.csv``.
    """
    return dict(_parameters(_stamped("parameters"), technology, case))


def parameter(technology: str, name: str, case: str = "central") -> Value:
    """One default value of a technology (or of all, ``*``); see `parameters`."""
    found = parameters(technology, case).get(name)
    if found is None:
        raise ReferenceDataError(
            f"参数表中没有 {technology} 的 {name}。", where="data/reference/parameters.csv", remedy="请补充该行。"
        )
    return found


def _case(row: pd.Series, case: str) -> Value:
    low, central, high = (float(row[key]) for key in ("low", "central", "high"))
    known = central == central
    values = {
        "low": low,
        "high": high,
        "central": central if known else (low + high) / 2,
        "conservative": central if known else low,
    }
    status = "assumption" if case == "central" and not known else str(row["status"])
    return Value(values[case], str(row["unit"]), str(row["source"]), int(row["year"]), status, str(row["name"]))


def worst_status(statuses: list[str]) -> str:
    """The weakest of several value statuses."""
    return max(statuses, key=WORST_STATUS_ORDER.index)


def version(*names: str) -> str:
    """Eight hex digits that change when a value in one of the tables changes."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(table(name).to_csv(index=False, lineterminator="\n").encode("utf-8"))
    return digest.hexdigest()[:8]


@dataclass(frozen=True)
class WrongFactor:
    """What is to be said of a grid factor nobody should use, and whether it once was right (``superseded``)."""

    message: str
    remedy: str
    superseded: bool


def wrong_factor(value: float, area: str = "") -> WrongFactor | None:
    """What is to be said about a grid factor somebody states, when it is one that no result may rest on.

    Parameters
    ----------
    value : float
        tCO2/MWh.
    area : str
        As stated; without it the value is only let pass when it is the right one of some area.
    """
    right = table("factors")
    right = right[(right["area"] == area)] if area else right
    if ((right["value"] - value).abs() < _SAME).any():
        return None
    wrong = table("rejected_factors")
    wrong = wrong[(wrong["value"] - value).abs() < _SAME]
    if wrong.empty:
        return None
    # The row of the area that was stated says best what it is.
    return _said(wrong.loc[(wrong["area"] != area).sort_values(kind="stable").index[0]].to_dict())


def _said(row: Mapping[Any, Any]) -> WrongFactor:
    superseded = row["fault"] == "superseded"
    what = "已被取代的旧因子" if superseded else "流传的错误因子"
    return WrongFactor(
        f"{row['value']:g} 是{what}（{row['area']}，{row['circulates_as']}）：{row['reason']}。",
        f"请改用{'最新年份的电力平均因子' if superseded else '主管部门文件中的因子'}，并注明文号。",
        superseded,
    )


# A file and its state: an edited table is read anew.
_Stamped = tuple[Path, int, int]


def _stamped(name: str, folder: Path | None = None) -> _Stamped:
    file = (folder or paths.REFERENCE) / f"{name}.csv"
    try:
        state = file.stat()
    except OSError:
        raise ReferenceDataError("参考数据表不存在。", where=str(file), remedy="请恢复随软件附带的文件。") from None
    return file, state.st_mtime_ns, state.st_size


@lru_cache(maxsize=512)
def _parameters(stamped: _Stamped, technology: str, case: str) -> dict[str, Value]:
    rows = _load(stamped)
    rows = rows[rows["technology"].isin([technology, "*"])].sort_values("technology")
    return {str(row["parameter"]): _case(row, case) for _, row in rows.iterrows()}


@lru_cache(maxsize=64)
def _load(stamped: _Stamped) -> pd.DataFrame:
    file = stamped[0]
    try:
        frame = pd.read_csv(file, dtype="str", encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ReferenceDataError(
            f"参考数据表无法读取：{error}", where=str(file), remedy="请存为 UTF-8 编码的 CSV。"
        ) from None
    problems = _numbers(frame) + ([] if _registered(file) else _missing_provenance(frame))
    if file.stem == "factors" and not problems:
        problems = _wrong_factors(frame, file.parent)
    if file.stem == "parameters" and not problems:
        problems = _wrong_parameters(frame)
    if problems:
        raise ReferenceDataError(
            "参考数据表有误。", where=str(file), problems=problems, remedy="请改正后重试；改动会改变结果，请留存依据。"
        )
    return frame


def _registered(file: Path) -> bool:
    if file.stem == _REGISTER:
        return True
    register = file.with_name(f"{_REGISTER}.csv")
    return register.is_file() and file.stem in set(table(_REGISTER, file.parent)["table"])


def _numbers(frame: pd.DataFrame) -> list[Problem]:
    problems = []
    for column in [c for c in _NUMBERS if c in frame]:
        converted = pd.to_numeric(frame[column], errors="coerce")
        for row in frame.index[converted.isna() & frame[column].notna()]:
            problems.append(Problem(f"“{frame.at[row, column]!s}”不是数。", "请填数值。", row=row + 2, column=column))
        frame[column] = converted
    return problems


def _missing_provenance(frame: pd.DataFrame) -> list[Problem]:
    measures = [c for c in _MEASURES if c in frame]
    needed = [*_PROVENANCE, *(["unit"] if measures else [])]
    absent = [c for c in needed if c not in frame]
    if absent:
        return [Problem(f"缺少列 {'、'.join(absent)}。", "每行都要有来源、年份和状态，数值还要有单位。")]
    problems = []
    for column in needed:
        rows = frame[column].isna()
        if column == "unit":
            rows &= frame[measures].notna().any(axis=1)
        problems += [Problem("未填写。", "请补上。", row=row + 2, column=column) for row in frame.index[rows]]
    wrong = ~frame["status"].isin(VALUE_STATUS) & frame["status"].notna()
    known = "、".join(VALUE_STATUS)
    return problems + [Problem("状态不在词汇表内。", f"可用：{known}。", row=r + 2) for r in frame.index[wrong]]


def _wrong_factors(frame: pd.DataFrame, folder: Path) -> list[Problem]:
    if not (folder / "rejected_factors.csv").is_file():
        folder = paths.REFERENCE
    wrong = table("rejected_factors", folder)
    pairs = frame.reset_index(names="row").merge(wrong, how="cross", suffixes=("", "_wrong"))
    pairs["other"] = pairs["area"] != pairs["area_wrong"]
    # The right value of another area may happen to be the same; its document tells.
    known = pairs["other"] & pairs["document"].notna()
    pairs = pairs[((pairs["value"] - pairs["value_wrong"]).abs() < _SAME) & ~known]
    pairs = pairs.sort_values(["row", "other"], kind="stable").drop_duplicates("row")
    problems = []
    for pair in pairs.to_dict("records"):
        said = _said({**pair, "area": pair["area_wrong"]})
        problems.append(Problem(said.message, said.remedy, row=int(pair["row"]) + 2, column="value"))
    return problems


def _wrong_parameters(frame: pd.DataFrame) -> list[Problem]:
    """Wrong factors entered as a default value, whatever it is called there."""
    problems = []
    of_grid = frame[frame["unit"].isin(["tCO2/MWh", "kgCO2/kWh"])]
    for row, column, value in of_grid[["low", "central", "high"]].stack().reset_index().itertuples(index=False):
        if found := wrong_factor(float(value)):
            problems.append(Problem(found.message, found.remedy, row=int(row) + 2, column=str(column)))
    return problems
