"""From any project table to the projects that can take part: columns read, values checked, the rest set aside.

Wrong values are collected and raised once; missing values set a project aside and name the column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from fengwuwu.errors import InputError, Problem
from fengwuwu.optimize.columns import OPTIONAL, REQUIRED, grid_note, public_table, read_row
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.vocabulary import ADMISSION, LOCKED, label

SET_ASIDE_COLUMNS = ["project_id", "project_name", "reason", "columns"]


@dataclass
class Prepared:
    """What `prepare` returns.

    Attributes
    ----------
    projects : DataFrame
        One row per project that takes part, ordered by project_id; columns of `REQUIRED` and `OPTIONAL`,
        list and mapping cells as text, defaults filled in.
    set_aside : DataFrame
        Columns project_id, project_name, reason (Chinese), columns (names joined by ``;``).
    data_kind : str
        ``submitted`` or ``illustrative``.
    notes : list of str
        Chinese remarks on how the table was read.
    """

    projects: pd.DataFrame
    set_aside: pd.DataFrame
    data_kind: str
    notes: list[str] = field(default_factory=list)


def prepare(table: pd.DataFrame, scenario: Scenario) -> Prepared:
    """Read, check and sort out the projects; see `REQUIRED` and `OPTIONAL` for the columns.

    Raises
    ------
    InputError
        A required column is missing; a value is wrong; a locked-in or contracted project cannot take part.
    """
    columns = _columns(table)
    problems: list[Problem] = []
    values = [table[source].tolist() for source in columns.values()]
    rows = [
        read_row(dict(zip(columns, cells, strict=True)), position, columns, problems)
        for position, cells in enumerate(zip(*values, strict=True))
    ]
    _unique_ids(rows, problems)
    _raise(problems)
    notes: list[str] = []
    kept, aside, kind = _data_kind(rows)
    kept = _admitted(kept, aside, "admission_status" in columns, problems)
    problems += [problem for row in kept for problem in row["problems"]]
    _raise(problems)
    kept = _complete(kept, aside, problems)
    _logic(kept, problems)
    kept = _startable(kept, aside, scenario, problems)
    kept = _prerequisites(kept, aside, problems)
    _grid_path(kept, problems, notes)
    _instruments(kept, scenario, problems, notes)
    _raise(problems)
    if not kept:
        found = [Problem(f"{a['project_id']}：{a['reason']}。") for a in aside]
        raise InputError("没有一个项目能参加资金安排。", problems=found, remedy="按上列原因补充数据或调整情景。")
    return Prepared(public_table(kept), pd.DataFrame(aside, columns=SET_ASIDE_COLUMNS), kind, notes)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise InputError("项目表有误，未作优化。", problems=problems, remedy="改正上列各项后重试。")


def _columns(table: pd.DataFrame) -> dict[str, str]:
    """Column to read for each key: ``<key>_used`` when present."""
    found = {
        key: f"{key}_used" if f"{key}_used" in table.columns else key
        for key in (*REQUIRED, *OPTIONAL)
        if key in table.columns or f"{key}_used" in table.columns
    }
    if absent := [key for key in REQUIRED if key not in found]:
        names = "、".join(f"{key}（{REQUIRED[key]}）" for key in absent)
        raise InputError(f"项目表缺少必需的列：{names}。", remedy="补上这些列；没有的数值可以留空。")
    if repeated := sorted(set(table.columns[table.columns.duplicated()]) & set(found.values())):
        raise InputError(f"项目表有重名的列：{'、'.join(repeated)}。", remedy="每列只保留一个。")
    return found


def _unique_ids(rows: list[dict[str, Any]], problems: list[Problem]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        seen[row["project_id"]] = seen.get(row["project_id"], 0) + 1
    problems += [
        Problem(f"编号 {name} 出现 {count} 次。", "每个项目一个编号。", column="project_id（项目编号）")
        for name, count in seen.items()
        if count > 1 and name
    ]


def _put_aside(row: dict[str, Any], reason: str, columns: list[str] | None = None) -> dict[str, Any]:
    return {
        "project_id": row["project_id"],
        "project_name": row["project_name"],
        "reason": reason,
        "columns": ";".join(columns) if columns else None,
    }


def _must(row: dict[str, Any]) -> bool:
    return row["locked"] in ("in", "contracted")


def _drop(
    row: dict[str, Any],
    aside: list[dict[str, Any]],
    problems: list[Problem],
    reason: str,
    columns: list[str] | None = None,
) -> None:
    """Set a project aside; an error when it has to be in the plan."""
    if _must(row):
        remedy = "补充数据、调整情景，或取消锁定。"
        problems.append(Problem(f"{row['project_id']}已{label(LOCKED, row['locked'])}，但{reason}。", remedy))
    aside.append(_put_aside(row, reason, columns))


def _data_kind(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], str]:
    """Submitted projects only; illustrative ones only when there are none; public ones never."""
    kinds = [row["data_kind"] or "submitted" for row in rows]
    used = "submitted" if "submitted" in kinds or "illustrative" not in kinds else "illustrative"
    reasons = {
        "public": "公开信息整理的项目，不参与资金安排",
        "illustrative": "示例项目，已有申报项目时不参与资金安排",
    }
    aside = [_put_aside(r, reasons[k]) for r, k in zip(rows, kinds, strict=True) if k != used]
    return [r for r, k in zip(rows, kinds, strict=True) if k == used], aside, used


def _grid_path(rows: list[dict[str, Any]], problems: list[Problem], notes: list[str]) -> None:
    """Reductions along a path of the grid factor are a scenario, which the plan says; two of them do not compare."""
    paths = list(dict.fromkeys(row["reduction_grid_path"] for row in rows))
    if len(paths) > 1:
        named = "、".join(path or "电网因子不变" for path in paths)
        problems.append(Problem(f"各项目的年减排量按不同的电网因子情景核算：{named}。", "按同一情景重新评估。"))
    elif paths and paths[0]:
        notes.append(grid_note(paths[0]) + "。")


def _admitted(
    rows: list[dict[str, Any]], aside: list[dict[str, Any]], known: bool, problems: list[Problem]
) -> list[dict[str, Any]]:
    if not known:
        return rows
    kept = []
    for row in rows:
        if row["admission_status"] in ("demonstration", "admitted"):
            kept.append(row)
        else:
            _drop(
                row,
                aside,
                problems,
                f"未入库（入库状态：{label(ADMISSION, row['admission_status'])}）",
                ["admission_status"],
            )
    return kept


def _complete(rows: list[dict[str, Any]], aside: list[dict[str, Any]], problems: list[Problem]) -> list[dict[str, Any]]:
    """Projects with every value they need; the reduction is needed for mitigation only."""
    kept = []
    for row in rows:
        lacking = [key for key in REQUIRED if row[key] is None or row[key] == []]
        if row["latest_start_open"]:
            lacking.remove("latest_start")
        if "emission_reduction_t_per_year" in lacking and (
            not row["reduction_ranked"] or row["benefit"] in ("adaptation", "none")
        ):
            lacking.remove("emission_reduction_t_per_year")
        if lacking:
            _drop(row, aside, problems, f"缺少{'、'.join(REQUIRED[k] for k in lacking)}", lacking)
        else:
            kept.append(row)
    return kept


def _logic(rows: list[dict[str, Any]], problems: list[Problem]) -> None:
    """A divisible project may be in no exclusive group and on neither side of a prerequisite."""
    needed = {other.partition("@")[0] for row in rows for other in row["requires"] or []}
    for row in rows:
        if row["divisible"] and (row["exclusive_group"] or row["requires"] or row["project_id"] in needed):
            message = f"{row['project_id']}可分割，不能同时有互斥组或前置关系。"
            problems.append(Problem(message, "取消可分割，或去掉互斥、前置关系。", column="divisible（可分割）"))
        for other in row["requires"] or []:
            if other.partition("@")[1:] not in (("", ""), ("@", "finish")):
                message = f"{row['project_id']}：“{other}”应写成 项目编号 或 项目编号@finish。"
                problems.append(Problem(message, column="requires（前置项目）"))


def start_options(row: dict[Any, Any], scenario: Scenario) -> list[int]:
    """Years in which a project may start: construction must end within the budget years."""
    years = scenario.years
    last = years[-1] - int(row["construction_years"]) + 1
    if row["locked"] == "contracted":
        return [s for s in [int(row["earliest_start"])] if years[0] <= s <= last]
    latest = last if row["latest_start"] is None else min(last, int(row["latest_start"]))
    return [s for s in sorted(scenario.start_years) if row["earliest_start"] <= s <= latest]


def _startable(
    rows: list[dict[str, Any]], aside: list[dict[str, Any]], scenario: Scenario, problems: list[Problem]
) -> list[dict[str, Any]]:
    kept = []
    for row in rows:
        if start_options(row, scenario):
            kept.append(row)
        else:
            reason = f"没有可行的开工年：建设期须在 {scenario.years[0]}–{scenario.years[-1]} 年之内"
            _drop(row, aside, problems, reason, ["earliest_start", "latest_start", "construction_years"])
    return kept


def _prerequisites(
    rows: list[dict[str, Any]], aside: list[dict[str, Any]], problems: list[Problem]
) -> list[dict[str, Any]]:
    """Without its prerequisite a project cannot take part either."""
    while True:
        present = {row["project_id"] for row in rows}
        kept = []
        for row in rows:
            absent = [r for r in row["requires"] or [] if r.partition("@")[0] not in present]
            if absent:
                _drop(row, aside, problems, f"前置项目{'、'.join(absent)}没有参与或不在项目表中", ["requires"])
            else:
                kept.append(row)
        if len(kept) == len(rows):
            return kept
        rows = kept


def _instruments(rows: list[dict[str, Any]], scenario: Scenario, problems: list[Problem], notes: list[str]) -> None:
    """Instrument names a project mentions must exist; technologies must be given when the scenario asks for them."""
    for row in rows:
        named = [*(row["eligible_instruments"] or []), *(row["instrument_share_max"] or {})]
        if unknown := [n for n in dict.fromkeys(named) if n not in scenario.instruments]:
            notes.append(f"{row['project_id']}提到的资金来源{'、'.join(unknown)}不在本情景中，已忽略。")
        if unknown := [n for n in row["contracted_financing"] or {} if n not in scenario.instruments]:
            message = f"{row['project_id']}的已签约资金来源{'、'.join(unknown)}不在本情景中。"
            problems.append(
                Problem(message, "在情景中补上该来源，或改正代码。", column="contracted_financing（已签约资金）")
            )
        for name, share in (row["instrument_share_max"] or {}).items():
            if not 0 <= share <= 1:
                message = f"{row['project_id']}：{name}={share:g} 应在 0–1 之间。"
                problems.append(Problem(message, column="instrument_share_max（来源占比上限）"))
    by_technology = [i.label for i in scenario.instruments.values() if i.eligible_technologies is not None]
    without = [row["project_id"] for row in rows if row["technology"] is None]
    if by_technology and without:
        notes.append(f"{'、'.join(without)}没有技术类型，不能使用按技术类型限定的来源（{'、'.join(by_technology)}）。")
