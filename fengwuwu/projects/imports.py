"""Bring a form into the library: match its rows with what is known, judge them, and write one version or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from fengwuwu.errors import LibraryError
from fengwuwu.projects import checks, decisions, history, layout, rejects, store
from fengwuwu.projects.cells import Finding, Value
from fengwuwu.projects.database import Database
from fengwuwu.projects.exchange import shown
from fengwuwu.projects.fields import BY_KEY, FIELDS
from fengwuwu.projects.history import WARNINGS, Entry, Record
from fengwuwu.projects.intake import Form, FormRow, validate
from fengwuwu.projects.result import OUTCOMES, ImportResult, skipped_table
from fengwuwu.vocabulary import DATA_KIND, label


@dataclass
class _Judged:
    """Rows with their outcome, and what is to be written."""

    outcomes: list[tuple[FormRow, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    changed: dict[str, Record] = field(default_factory=dict)


def import_form(database: Database, form: Form, *, by: str, reason: str, folder: Path) -> ImportResult:
    """Import a form that was read, in one transaction.

    Parameters
    ----------
    database : Database
        Where the library is.
    form : Form
    by, reason : str
        Who imports, and why.
    folder : Path
        Where rejected rows are written.

    Raises
    ------
    LibraryError, InputError
        When the library or the file of rejected rows cannot be written; the library is then as before.
    """
    rejected_file: Path | None = None
    with database.writing() as connection:
        judged = _judge(form, connection)
        rejected = [row for row, outcome in judged.outcomes if outcome == "rejected"]
        counts = Counter(outcome for _, outcome in judged.outcomes)
        if sum(counts.values()) != len(form.rows):
            raise LibraryError(
                "导入的行数对不上，未作任何改动。", where=str(form.path), remedy="请把该文件发给开发者。"
            )
        if rejected:
            rejected_file = rejects.write(rejected, rejects.target(form.path, folder))
        if judged.changed:
            version = store.new_version(
                connection, by=by, reason=reason, action="import", file=form.path.name, sha256=form.sha256
            )
            store.append(connection, version, judged.entries, judged.changed)
        number = store.last_version(connection)
    problems = [*form.problems, *(problem for row in form.rows for problem in row.problems(form.path.name))]
    rows = [
        {
            "sheet": row.block.sheet,
            "row": row.row.number,
            "project_id": row.values.get("project_id"),
            "outcome": outcome,
        }
        for row, outcome in judged.outcomes
    ]
    return ImportResult(
        file=form.path.name,
        rows_read=len(form.rows),
        **{name: counts[name] for name in OUTCOMES},
        rows=pd.DataFrame(rows, columns=["sheet", "row", "project_id", "outcome"]),
        found=tuple(problems),
        skipped=skipped_table(form.skipped, form.path.name),
        rejected_file=rejected_file,
        version=number,
    )


def _judge(form: Form, connection: Connection) -> _Judged:
    known = store.current(connection)
    number = store.last_version(connection) + 1
    records = [_complete(row.values, known.get(str(row.values.get("project_id")))) for row in form.rows]
    _mark_duplicates(form.rows)
    validate(form.rows, records)
    ids = {*known, *(str(record.get("project_id")) for record in records)}
    judged = _Judged()
    for row, record in zip(form.rows, records, strict=True):
        old = known.get(str(record.get("project_id")))
        if row.errors:
            judged.outcomes.append((row, "rejected"))
            continue
        _warn(row, record, old, ids)
        content = {item.key: record.get(item.key) for item in FIELDS}
        if old is not None and all(value == old.get(key) for key, value in content.items()):
            judged.outcomes.append((row, "unchanged"))
            continue
        kept = {key: (old or {}).get(key) for key in decisions.COLUMNS}
        new: Record = {**content, WARNINGS: _warnings(row, record, old), **kept}
        ident = str(record["project_id"])
        judged.entries += history.differences(number, ident, old or {}, new, row.block.sheet, row.row.number)
        judged.changed[ident] = new
        judged.outcomes.append((row, "updated" if old is not None else "accepted"))
    return judged


def _complete(values: Mapping[str, Value], old: Record | None) -> Record:
    """The whole project: what the form says, and for columns it does not have what is known."""
    record = {item.key: (old or {}).get(item.key) for item in FIELDS} | dict(values)
    if record["data_kind"] is None:
        record["data_kind"] = "submitted"
    return record


def _mark_duplicates(rows: list[FormRow]) -> None:
    first: dict[str, FormRow] = {}
    for row in rows:
        ident = row.values.get("project_id")
        if ident is None:
            continue
        other = first.setdefault(str(ident), row)
        if other is not row:
            sheet = f"工作表“{other.block.sheet}”" if other.block.sheet != row.block.sheet else ""
            message = f"{_duplicate(ident)}，已用于{sheet}第 {other.row.number} 行。"
            row.found.append(("project_id", Finding(message, "请改正编号；同一项目请合并为一行。")))
        elif _duplicate(ident) in layout.earlier_reason(row.row, row.block.header):
            # Rejected before and not mended: it must not overwrite the project whose number it wrongly bears.
            message = f"{_duplicate(ident)}，退回后未改。"
            row.found.append(("project_id", Finding(message, "请改正编号；如确要覆盖原项目，请清空本行的退回原因。")))


def _duplicate(ident: Value) -> str:
    return f"编号“{ident}”在文件中重复"


def _warn(row: FormRow, record: Record, old: Record | None, ids: set[str]) -> None:
    """Warnings that need the rest of the library."""
    needed = [part.partition("@")[0] for part in str(record.get("requires") or "").split(";") if part]
    if strangers := [ident for ident in needed if ident not in ids]:
        message = f"前置项目 {'、'.join(strangers)} 不在项目库中。"
        row.found.append(("requires", Finding(message, "请核对编号，或补报该项目。", "warning")))
    if old is None:
        return
    for key in row.values:
        if old.get(key) is not None and record.get(key) is None:
            message = f"原值“{history.to_text(shown(BY_KEY[key], old[key]))}”改为空白（未知）。"
            row.found.append((key, Finding(message, "如不是本意，请补填后重新导入。", "warning")))
    if old.get("data_kind") != record["data_kind"]:
        message = f"由“{label(DATA_KIND, old.get('data_kind'))}”改为“{label(DATA_KIND, record['data_kind'])}”。"
        row.found.append(("data_kind", Finding(message, "请核对。", "warning")))


def _line(key: str, finding: Finding) -> str:
    return f"{BY_KEY[key].header}：{finding.message}" if key else finding.message


def _warnings(row: FormRow, record: Record, old: Record | None) -> str | None:
    """Warnings that stay with the project, one a line.

    Those of cells that this form leaves as they were are kept: a figure once called approximate stays so until it
    is replaced. What the checks said of the old state is dropped, for they have spoken anew.
    """
    lines = [_line(key, finding) for key, finding in row.found]
    if old is not None:
        renewed = {_line(item.key, item.finding) for item in checks.check(old)}
        same = {BY_KEY[key].header for key in BY_KEY if record.get(key) == old.get(key)}
        lines += [
            line
            for line in str(old.get(WARNINGS) or "").split("\n")
            if line not in renewed and line.partition("：")[0] in same
        ]
    return "\n".join(dict.fromkeys(lines)) or None
