"""The columns of the project table: reading one row, checking its values, and the public form of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from fengwuwu import region
from fengwuwu.errors import Problem
from fengwuwu.optimize import cells
from fengwuwu.vocabulary import ADMISSION, BENEFIT, CATEGORY, DATA_KIND, LOCKED, key_of

REQUIRED = {
    "project_id": "项目编号",
    "county": "所在县",
    "category": "行业大类",
    "investment_wan_yuan": "总投资（万元）",
    "financing_need_wan_yuan": "融资需求（万元）",
    "capital_ratio_min": "最低资本金比例",
    "emission_reduction_t_per_year": "年减排量（tCO2e）",
    "lifetime_years": "运行寿命（年）",
    "climate_fraction": "气候友好投资占比",
    "benefit": "效益类型",
    "earliest_start": "最早开工年",
    "latest_start": "最晚开工年",
    "construction_years": "建设期（年）",
}
OPTIONAL = {
    "project_name": "项目名称",
    "technology": "技术类型",
    "own_capital_wan_yuan": "已落实资本金（万元）",
    "annual_revenue_wan_yuan": "年收入（万元）",
    "construction_profile": "分年投资比例",
    "divisible": "可分割",
    "exclusive_group": "互斥组",
    "requires": "前置项目",
    "locked": "锁定",
    "eligible_instruments": "可用资金来源",
    "instrument_share_max": "来源占比上限",
    "county_shares": "跨县投资分摊",
    "contracted_financing": "已签约资金",
    "admission_status": "入库状态",
    "reduction_ranked": "参与减排排序",
    "reduction_grid_path": "电网因子情景",
    "data_kind": "数据性质",
}

_CHOICES = {
    "category": CATEGORY,
    "benefit": BENEFIT,
    "locked": LOCKED,
    "admission_status": ADMISSION,
    "data_kind": DATA_KIND,
}
# Faults in these columns count even when the project does not take part.
_ALWAYS = ("project_id", "data_kind", "admission_status")


def grid_note(path: str | None) -> str:
    """What a plan along a path of the grid factor must say; empty when the factor stays as it is."""
    return f"减排量按电网因子情景“{path}”核算（假设），不是按“电网因子不变”" if path else ""


def read_row(raw: dict[str, Any], position: int, columns: dict[str, str], problems: list[Problem]) -> dict[str, Any]:
    """One project with checked values; None where a cell is empty.

    Faults of the columns that say who takes part go to `problems`; all others to ``row["problems"]``,
    to be raised only when the project takes part.
    """
    name = "" if cells.missing(raw["project_id"]) else str(raw["project_id"]).strip()
    shown = name or f"第 {position + 1} 个项目"
    row: dict[str, Any] = dict.fromkeys((*REQUIRED, *OPTIONAL))
    row["problems"] = []

    def read(key: str, reader: Callable[[Any], Any]) -> None:
        if key not in raw or cells.missing(raw[key]):
            return
        try:
            row[key] = reader(raw[key])
        except ValueError as error:
            label_ = REQUIRED.get(key) or OPTIONAL[key]
            where = problems if key in _ALWAYS else row["problems"]
            where.append(Problem(f"{shown}：{error}。", column=f"{columns[key]}（{label_}）"))

    if not name:
        problems.append(Problem(f"{shown}没有编号。", "补上项目编号。", column="project_id（项目编号）"))
    row["project_id"] = name
    read("project_name", lambda v: str(v).strip())
    read("county", _counties)
    for key, words in _CHOICES.items():
        read(key, _choice(words))
    for key in ("investment_wan_yuan", "financing_need_wan_yuan", "own_capital_wan_yuan", "annual_revenue_wan_yuan"):
        read(key, _between(0, 1e9))
    for key in ("capital_ratio_min", "climate_fraction"):
        read(key, _between(0, 1))
    read("emission_reduction_t_per_year", _between(-1e10, 1e10))
    for key, low, high in (
        ("lifetime_years", 1, 200),
        ("construction_years", 1, 30),
        ("earliest_start", 1900, 9999),
        ("latest_start", 1900, 9999),
    ):
        read(key, _whole_between(low, high))
    for key in ("divisible", "reduction_ranked"):
        read(key, cells.yes)
    for key in ("technology", "exclusive_group", "reduction_grid_path"):
        read(key, lambda v: str(v).strip())
    read("eligible_instruments", cells.items)
    read("requires", lambda v: ["@".join(part.strip() for part in item.split("@")) for item in cells.items(v)])
    read("construction_profile", lambda v: [cells.number(x) for x in cells.entries(v)])
    for key in ("instrument_share_max", "contracted_financing"):
        read(key, cells.pairs)
    read("county_shares", _county_shares)
    row["divisible"] = bool(row["divisible"])
    row["reduction_ranked"] = row["reduction_ranked"] is not False
    # The assessment writes an empty cell where the form sets no latest start: not limited.
    row["latest_start_open"] = columns["latest_start"].endswith("_used") and row["latest_start"] is None
    _cross_checks(row, shown, row["problems"])
    return row


def _choice(words: Any) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        key = key_of(words, value)
        if key is None:
            raise ValueError(f"不认识“{value}”，可用：{'、'.join(f'{v}（{k}）' for k, v in words.items())}")
        return key

    return read


def _between(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        found = cells.number(value)
        if not low <= found <= high:
            raise ValueError(f"{found:g} 超出范围 {low:g}–{high:g}")
        return found

    return read


def _whole_between(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        found = cells.whole(value)
        if not low <= found <= high:
            raise ValueError(f"{found} 超出范围 {low}–{high}")
        return found

    return read


def _counties(value: Any) -> list[str]:
    """Full names; refused when misspelt, since it would silently count for no county."""
    counties = region.split_counties(list(value) if isinstance(value, (np.ndarray, set)) else value)
    known = {*region.COUNTY_NAMES, *region.NEIGHBOURS.values()}
    if unknown := [name for name in counties if name not in known]:
        raise ValueError(f"不认识的县名“{'、'.join(unknown)}”，可用：{'、'.join(region.COUNTY_NAMES)}")
    if counties and not set(counties) & set(region.COUNTY_NAMES):
        raise ValueError(f"“{'、'.join(counties)}”不在奉节、巫山、巫溪之内")
    return counties


def _county_shares(value: Any) -> dict[str, float]:
    shares: dict[str, float] = {}
    for name, share in cells.pairs(value).items():
        counties = region.split_counties(name)
        if len(counties) != 1 or not 0 <= share <= 1:
            raise ValueError(f"“{name}={share:g}”应为 县名=0 到 1 之间的比例")
        shares[counties[0]] = share
    if sum(shares.values()) > 1 + 1e-6:
        raise ValueError(f"各县分摊合计 {sum(shares.values()):g}，超过 1")
    return shares


def _cross_checks(row: dict[str, Any], shown: str, problems: list[Problem]) -> None:
    """Rules between the values of one project."""

    def fault(key: str, message: str, remedy: str = "") -> None:
        problems.append(
            Problem(f"{shown}：{message}。", remedy, column=f"{key}（{REQUIRED.get(key) or OPTIONAL[key]}）")
        )

    investment, need = row["investment_wan_yuan"], row["financing_need_wan_yuan"]
    if investment is not None and need is not None and need > investment * (1 + 1e-9):
        fault("financing_need_wan_yuan", f"融资需求 {need:g} 万元大于总投资 {investment:g} 万元")
    if row["own_capital_wan_yuan"] is None and investment is not None and need is not None:
        row["own_capital_wan_yuan"] = max(0.0, investment - need)
    profile, years = row["construction_profile"], row["construction_years"]
    if profile is not None and years is not None:
        if len(profile) != years:
            fault("construction_profile", f"有 {len(profile)} 个比例，建设期为 {years} 年", "每个建设年一个比例")
        elif min(profile) < 0 or abs(sum(profile) - 1) > 1e-6:
            fault("construction_profile", f"比例须不为负且合计为 1，现合计 {sum(profile):g}")
        else:
            row["construction_profile"] = [w / sum(profile) for w in profile]
    elif years is not None:
        row["construction_profile"] = [1 / years] * years
    shares, counties = row["county_shares"], row["county"]
    if shares and counties and (outside := [c for c in shares if c not in counties]):
        fault("county_shares", f"分摊中的{'、'.join(outside)}不在所在县之列")
    if row["locked"] == "contracted":
        if row["earliest_start"] != row["latest_start"]:
            fault("locked", "已签约项目的开工年应是确定的", "最早与最晚开工年填同一年")
        if row["contracted_financing"] and need is not None:
            total = sum(row["contracted_financing"].values())
            if abs(total - need) > max(0.01, 1e-6 * need) or min(row["contracted_financing"].values()) < 0:
                fault("contracted_financing", f"合计 {total:g} 万元，应等于融资需求 {need:g} 万元，且各项不为负")


def public_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The public table: text, numbers and missing values only."""
    shown = []
    for row in sorted(rows, key=lambda r: str(r["project_id"])):
        text = {
            "county": ";".join(row["county"]),
            "construction_profile": ";".join(repr(float(w)) for w in row["construction_profile"]),
            "requires": ";".join(row["requires"] or []) or None,
            "eligible_instruments": ";".join(row["eligible_instruments"] or []) or None,
            "instrument_share_max": cells.join(row["instrument_share_max"] or {}),
            "county_shares": cells.join(row["county_shares"] or {}),
            "contracted_financing": cells.join(row["contracted_financing"] or {}),
        }
        shown.append({key: text.get(key, row[key]) for key in (*REQUIRED, *OPTIONAL)})
    return typed(pd.DataFrame(shown, columns=[*REQUIRED, *OPTIONAL]))


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Column types of the public project table (used again when a plan is read back)."""
    frame = frame.copy()
    for key in frame.columns:
        if key in ("earliest_start", "latest_start", "construction_years", "lifetime_years"):
            frame[key] = pd.array([pd.NA if cells.missing(v) else int(v) for v in frame[key]], dtype="Int64")
        elif key in ("divisible", "reduction_ranked"):
            frame[key] = frame[key].astype(bool)
        elif key.endswith(("_wan_yuan", "_t_per_year")) or key in ("capital_ratio_min", "climate_fraction"):
            frame[key] = pd.to_numeric(frame[key]).astype(float)
        else:
            frame[key] = pd.array([None if cells.missing(v) else str(v) for v in frame[key]], dtype=object)
    return frame
