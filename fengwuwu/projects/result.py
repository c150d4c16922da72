"""What an import did: the counts, the problems, the skipped rows, and where the rejected ones are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fengwuwu.errors import Problem
from fengwuwu.projects.layout import Skipped

PROBLEM_COLUMNS = ("file", "sheet", "row", "column", "severity", "message", "remedy")
SKIPPED_COLUMNS = ("file", "sheet", "row", "text", "reason")
OUTCOMES = {
    "accepted": "新增",
    "updated": "更新",
    "unchanged": "未变",
    "pending": "待定",
    "rejected": "退回",
}


@dataclass(frozen=True)
class ImportResult:
    """Outcome of one import.

    Attributes
    ----------
    file : str
        Name of the form.
    rows_read : int
        Data rows of the form; always the sum of the five counts.
    accepted, updated, unchanged, pending, rejected : int
        New projects; known ones with other content; known ones with the same; held for a person; refused.
    rows : pandas.DataFrame
        Columns ``sheet, row, project_id, outcome`` (a key of `OUTCOMES`), one line per data row.
    problems : pandas.DataFrame
        Columns ``file, sheet, row, column, severity, message, remedy``.
    skipped : pandas.DataFrame
        Columns ``file, sheet, row, text, reason``: rows that are no data rows.
    rejected_file : Path or None
        Where the rejected rows are.
    version : int
        Version of the library afterwards.
    """

    file: str
    rows_read: int
    accepted: int
    updated: int
    unchanged: int
    pending: int
    rejected: int
    rows: pd.DataFrame
    problems: pd.DataFrame
    skipped: pd.DataFrame
    rejected_file: Path | None
    version: int

    def __str__(self) -> str:
        counts = "，".join(f"{label} {getattr(self, name)}" for name, label in OUTCOMES.items())
        return f"{self.file}：读取 {self.rows_read} 行；{counts}。"


def problem_table(problems: list[Problem]) -> pd.DataFrame:
    """Problems as a table."""
    table = pd.DataFrame([problem.as_dict() for problem in problems], columns=list(PROBLEM_COLUMNS))
    return table.astype({"row": "Int64"})


def skipped_table(skipped: list[Skipped], file: str) -> pd.DataFrame:
    """Skipped rows as a table."""
    table = pd.DataFrame([{"file": file, **vars(item)} for item in skipped], columns=list(SKIPPED_COLUMNS))
    return table.astype({"row": "Int64"})
