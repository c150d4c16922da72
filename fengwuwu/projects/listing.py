"""Projects in words: a short list, and one project with everything that was decided about it and why."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from fengwuwu import reference
from fengwuwu import vocabulary as words
from fengwuwu.errors import Problem
from fengwuwu.projects import calculation_text, decisions, pending, rule_sources, technologies
from fengwuwu.projects.explanation import SEED, explain_reduction
from fengwuwu.projects.fields import BY_KEY, FIELDS
from fengwuwu.projects.history import day_in_china, time_in_china

UNKNOWN = words.VALUE_STATUS["unknown"]
ALWAYS_SHOWN = {"project_id", "project_name", "county", "technology", "investment_wan_yuan", "capacity", "stage"}


def shown(key: str, value: object) -> str:
    """A cell as users read it: labels for keys, 待补充 for missing, numbers without superfluous digits.

    Parameters
    ----------
    key : str
        Column, one of `FIELDS`.
    value : object
        Cell of the project table.
    """
    if value is None or value is pd.NaT or value != value:
        return UNKNOWN
    field = BY_KEY[key]
    if key == "technology":
        return technologies.labels().get(str(value), str(value))
    if field.choices:
        return words.label(field.choices, value)
    if isinstance(value, (int, float)):
        return str(int(value)) if field.kind in {"year", "integer"} else f"{value:,.10g}"
    return str(value)


def listing(projects: pd.DataFrame, kept: pd.DataFrame | None = None) -> pd.DataFrame:
    """Short list for the screen.

    Parameters
    ----------
    projects : DataFrame
        One row per project, columns of `FIELDS`.
    kept : DataFrame, optional
        Of ``Library.assessed``: adds what the last assessment said of each project, and whether that still holds.

    Returns
    -------
    DataFrame
        Chinese headers, one row per project, cells as text.
    """
    columns = ("project_id", "project_name", "county", "technology", "stage", "investment_wan_yuan", "data_kind")
    cells = {BY_KEY[key].full_header: [shown(key, value) for value in projects[key]] for key in columns}
    cells["人工决定"] = ["；".join(standing(project)) or "—" for project in projects.to_dict("records")]
    if kept is not None:
        by_id = kept.set_index("project_id")
        cells["评估结果"] = [_result(by_id.loc[ident]) for ident in projects["project_id"]]
    return pd.DataFrame(cells, dtype=str)


def _result(kept: pd.Series) -> str:
    if not isinstance(kept["admission_status"], str):
        return "未评估"
    said = words.label(words.ADMISSION, kept["admission_status"])
    if isinstance(kept["assessment_changes"], str):
        return f"{said}（已过时：因子、方法、规则或图层有变）"
    return f"{said}（已过时：项目有变更）" if kept["assessment_stale"] else said


def outdated_among(kept: pd.DataFrame) -> list[str]:
    """What is to be said below a list: which results no longer hold, and what changed in the tables since.

    Parameters
    ----------
    kept : DataFrame
        Of ``Library.assessed``.
    """
    never = kept["admission_status"].isna()
    changed = kept["assessment_changes"].notna()
    stale = kept["assessment_stale"].astype(bool) & ~never
    said = []
    if changed.any():
        what = dict.fromkeys(part for text in kept.loc[changed, "assessment_changes"] for part in text.split("；"))
        said.append(f"{int(changed.sum())} 个项目的评估结果已过时，所用数据有变：{'；'.join(what)}。")
    if (stale & ~changed).any():
        said.append(f"{int((stale & ~changed).sum())} 个项目在上次评估之后有变更，评估结果已过时。")
    if never.any():
        said.append(f"{int(never.sum())} 个项目还没有评估。")
    return [*said, "请重新运行 fengwuwu assess。"] if said else []


def standing(project: Mapping[Hashable, Any]) -> list[str]:
    """The decisions on a project that stand, one text each: 入库结论 入库."""
    given = [(kind, project.get(kind.value)) for kind in decisions.KINDS.values()]
    return [f"{kind.label} {decided(kind.value, value)}" for kind, value in given if isinstance(value, str)]


def decided(column: str, value: object) -> str:
    """What was decided, as users read it."""
    if column == decisions.KINDS["status"].value:
        return words.label(words.ADMISSION, value)
    return "无" if value == "none" else _text(value)


def description(
    assessed: pd.DataFrame, siting_rules: pd.DataFrame | None = None, draws: int | None = None, seed: int = SEED
) -> str:
    """Everything about one assessed project as Chinese text.

    Parameters
    ----------
    assessed : DataFrame
        One row, as returned by `assess`.
    siting_rules : DataFrame, optional
        Those it was sited by (``Layers.rules``); the shipped ones by default.
    draws, seed : int, optional
        See `fengwuwu.projects.explanation.explain_reduction`.
    """
    row = assessed.iloc[0]
    lines = [f"【{row['project_id']}】{row['project_name']}", "", "一、申报内容"]
    lines += [
        f"  {field.full_header}：{shown(field.key, row[field.key])}"
        for field in FIELDS
        if field.key in ALWAYS_SHOWN or not pd.isna(row[field.key])
    ]
    missing = [field.header for field in FIELDS if field.key not in ALWAYS_SHOWN and pd.isna(row[field.key])]
    lines.append(f"  未填：{'、'.join(missing)}" if missing else "  各栏均已填写")
    if isinstance(warnings := row.get("intake_warnings"), str):
        lines.append(f"  录入提示：{warnings}")
    lines += ["", "二、分类"]
    lines += [
        f"  类别：{_class(row)}（{words.label(words.CLASS_STATUS, row['class_status'])}）",
        f"  效益：{words.label(words.BENEFIT, row['benefit'])}",
        f"  依据：{_text(row['class_evidence'])}",
        f"  绿色金融支持项目目录（2025年版）条目：{_text(row['catalogue_2025_code'])}",
        "",
        "三、减排核算",
    ]
    calculation = explain_reduction(str(row["project_id"]), assessed, draws, seed)
    lines += [f"  {line}" for line in calculation_text.lines(calculation)]
    lines += [
        "",
        "四、选址",
        f"  结论：{words.label(words.SITING, row['siting_result'])}",
        *[f"  {part}" for part in _text(row["siting_findings"]).split("；")],
        "",
        "五、入库",
        f"  结论：{words.label(words.ADMISSION, row['admission_status'])}{_rule(row)}",
        *[f"  {part}" for part in _text(row["admission_reasons"]).split("；")],
    ]
    if not pd.isna(row["flags"]) and row["flags"]:
        lines += ["  提示：", *[f"  {part}" for part in str(row["flags"]).split("；")]]
    rules = reference.table("siting_rules") if siting_rules is None else siting_rules
    lines += ["", "六、所用规则的来源（参数与因子的来源见“三”的注）"]
    lines += [f"  {line}" for line in rule_sources.lines(rule_sources.spoken(assessed, rules))]
    return "\n".join(lines)


def outdated(kept: pd.Series) -> str:
    """Why a kept assessment no longer holds, as a sentence; empty when it does.

    Parameters
    ----------
    kept : Series
        A row of ``Library.assessed``.
    """
    changes = kept["assessment_changes"]
    if isinstance(changes, str):
        return f"库中保存的评估结果已过时，所用数据有变：{changes}。请重新运行 fengwuwu assess。"
    if not kept["assessment_stale"]:
        return ""
    return "项目在上次评估之后有变更，库中保存的评估结果已过时。请重新运行 fengwuwu assess。"


def _rule(row: pd.Series) -> str:
    """What the rules say, where a person decided."""
    if not isinstance(row.get(decisions.KINDS["status"].value), str):
        return ""
    return f"（人工决定；规则结论：{words.label(words.ADMISSION, row['admission_status_rule'])}）"


def _class(row: pd.Series) -> str:
    """The class; no class by judgement is an answer, not a gap."""
    none = pd.isna(row["class_code"]) and row["benefit"] == "none"
    return "不归入气候友好类别" if none else _text(row["class_code"])


def _text(value: object) -> str:
    return UNKNOWN if value is None or value != value or value == "" else str(value)


def _changed(key: str, value: object) -> str:
    """A value of the history, which is text, as users read it."""
    if key in decisions.COLUMNS:
        return decided(key, value) if isinstance(value, str) else UNKNOWN
    field = BY_KEY.get(key)
    is_key = field is not None and (field.choices is not None or key == "technology")
    return shown(key, value) if is_key else _text(value)


def story(history: pd.DataFrame) -> str:
    """How a project came to be as it is: per version who, when, why, from which paper, and what changed.

    Parameters
    ----------
    history : DataFrame
        As returned by ``Library.history``, oldest first.
    """
    lines: list[str] = []
    for number, changes in history.groupby("version", sort=True):
        first = changes.iloc[0]
        why = f"，事由：{first['reason']}" if first["reason"] else ""
        lines.append(f"第 {number} 版　{time_in_china(str(first['at']))}（北京时间）　{first['by']}{why}")
        if first["file"]:
            row = "" if pd.isna(first["row"]) else f"第 {first['row']} 行"
            lines.append(f"  依据：{first['file']} {row}（SHA-256 {str(first['sha256'])[:12]}…）")
        said = [_change(change) for change in changes.to_dict("records") if not _implied(str(change["field"]))]
        lines += said or ["  人工决定不变，理由更新"]
    return "\n".join(lines)


def waiting(rows: pd.DataFrame, projects: pd.DataFrame) -> str:
    """Rows that wait for a person: where each stands, what it says, and the projects it may be.

    Parameters
    ----------
    rows : DataFrame
        As returned by ``Library.pending``.
    projects : DataFrame
        As returned by ``Library.projects``.
    """
    known = projects.set_index("project_id", drop=False)
    lines: list[str] = []
    for row in rows.to_dict("records"):
        place = Problem("", file=row["file"], sheet=row["sheet"], row=row["row"]).where
        lines.append(f"待定 {row['entry']}　{place}（{row['by']}，{day_in_china(row['at'])} 导入）")
        lines.append(f"  此行：{_brief(row)}")
        other_id = "，编号不同" if isinstance(row["project_id"], str) else ""
        for ident, likeness in zip(row["candidates"].split(";"), row["likeness"].split(";"), strict=True):
            lines += [f"  可能是：{_brief(known.loc[ident].to_dict())}", f"    {likeness}{other_id}"]
    if not lines:
        return "没有待定的行。"
    number = rows["entry"].iloc[0]
    resolve = f"fengwuwu library resolve {number}"
    return "\n".join([*lines, f"认定（以待定 {number} 为例）：{resolve} --same-as 项目编号，或 {resolve} --new"])


def _brief(project: Mapping[Hashable, Any]) -> str:
    """Number, name, owner and place in one line."""
    number = project["project_id"] if isinstance(project["project_id"], str) else "（无编号）"
    place = "".join(str(project[key]) for key in ("county", "township") if isinstance(project[key], str))
    return f"{number} {_text(project['project_name'])}，{_text(project['owner'])}，{place or UNKNOWN}"


def _implied(field: str) -> bool:
    """Whether a field repeats what the version says: who decided, when and why."""
    return field in decisions.COLUMNS and field not in {kind.value for kind in decisions.KINDS.values()}


def _change(change: Mapping[Hashable, Any]) -> str:
    key = str(change["field"])
    if key in pending.LABELS:
        return f"  {pending.told(str(change['project_id']), key, str(change['new']))}"
    old, new = (_changed(key, change[side]) for side in ("old", "new"))
    if key in decisions.COLUMNS and new == UNKNOWN:
        return f"  撤回{change['header']}：{old}"
    return f"  {change['header']}：{new}" if old == UNKNOWN else f"  {change['header']}：{old} → {new}"
