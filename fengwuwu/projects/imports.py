"""Bring a form into the library: match its rows with what is known, judge them, and write one version or nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from fengwuwu.errors import LibraryError
from fengwuwu.projects import rejects, store
from fengwuwu.projects.database import Database
from fengwuwu.projects.intake import Form
from fengwuwu.projects.judging import judge
from fengwuwu.projects.result import OUTCOMES, ImportResult, skipped_table
from fengwuwu.projects.uncollected import uncollected


@uncollected()
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
        number = store.last_version(connection)
        judged = judge(form.rows, store.current(connection), store.pending_rows(connection), number + 1)
        rejected = [item.row for item in judged.outcomes if item.outcome == "rejected"]
        counts = Counter(item.outcome for item in judged.outcomes)
        if sum(counts.values()) != len(form.rows):
            raise LibraryError(
                "导入的行数对不上，未作任何改动。", where=str(form.path), remedy="请把该文件发给开发者。"
            )
        if rejected:
            rejected_file = rejects.write(rejected, rejects.target(form.path, folder))
        if judged.entries:
            version = store.new_version(
                connection, by=by, reason=reason, action="import", file=form.path.name, sha256=form.sha256
            )
            store.append(connection, version, judged.entries, judged.changed)
            number = version.version
    problems = [*form.problems, *(problem for row in form.rows for problem in row.problems(form.path.name))]
    rows = [
        {
            "sheet": item.row.block.sheet,
            "row": item.row.row.number,
            "project_id": item.project_id,
            "outcome": item.outcome,
            "basis": item.basis,
        }
        for item in judged.outcomes
    ]
    return ImportResult(
        file=form.path.name,
        rows_read=len(form.rows),
        **{name: counts[name] for name in OUTCOMES},
        rows=pd.DataFrame(rows, columns=["sheet", "row", "project_id", "outcome", "basis"]),
        found=tuple(problems),
        skipped=skipped_table(form.skipped, form.path.name),
        rejected_file=rejected_file,
        version=number,
    )
