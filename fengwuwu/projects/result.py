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

# Ids or rows named in one message.
_SHOWN = 10


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
        One line per data row: ``sheet, row, project_id`` (missing while it waits)``, outcome`` (a key of `OUTCOMES`)``,
        basis`` (how the project was found, where the row's own id does not say; for one that waits, what it may be).
    found : tuple of Problem
        Errors and warnings, in the order of the form; `problems` is the same as a table.
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
    found: tuple[Problem, ...]
    skipped: pd.DataFrame
    rejected_file: Path | None
    version: int

    @property
    def problems(self) -> pd.DataFrame:
        """Columns ``file, sheet, row, column, severity, message, remedy``."""
        table = pd.DataFrame([problem.as_dict() for problem in self.found], columns=list(PROBLEM_COLUMNS))
        return table.astype({"row": "Int64"})

    def summary(self) -> str:
        """The counts in one line."""
        counts = "，".join(f"{label} {getattr(self, name)}" for name, label in OUTCOMES.items())
        return f"{self.file}：读取 {self.rows_read} 行；{counts}。"

    def messages(self) -> list[str]:
        """Problems in words, errors first; then what was skipped, and where the rejected rows are."""
        lines = self.errors() + [f"提示：{problem}" for problem in self.found if problem.severity == "warning"]
        lines += [*self._found(), *self._passed_over()]
        return [*lines, f"退回的行在：{self.rejected_file}"] if self.rejected_file else lines

    def errors(self) -> list[str]:
        """What keeps rows out, in words."""
        return [str(problem) for problem in self.found if problem.severity == "error"]

    def _found(self) -> list[str]:
        """Which projects rows without a known id were found to be, and which wait."""
        named = self.rows[self.rows["basis"] != ""]
        numbered = named[named["outcome"] == "accepted"]
        told = named[named["outcome"].isin(["updated", "pending"])].to_dict("records")
        lines = []
        for item in told:
            known = f"认作 {item['project_id']}，" if item["outcome"] == "updated" else ""
            lines.append(str(Problem(f"{known}{item['basis']}。", "", self.file, item["sheet"], item["row"])))
        if len(numbered):
            ids = list(numbered["project_id"])
            shown = "、".join(ids) if len(ids) <= _SHOWN else f"{'、'.join(ids[:_SHOWN])} 等"
            lines.append(f"{len(ids)} 行没有项目编号，由项目库编号：{shown}。")
        if self.pending:
            lines.append("待定的行用 fengwuwu library pending 查看，用 fengwuwu library resolve 认定。")
        return lines

    def _passed_over(self) -> list[str]:
        """The rows that are no data rows, sheet by sheet, each with the reason."""
        lines = []
        for sheet, rows in self.skipped[self.skipped["row"].notna()].groupby("sheet", sort=False):
            said = [f"第 {row} 行（{reason}）" for row, reason in zip(rows["row"], rows["reason"], strict=True)]
            rest = f" 等 {len(said)} 行" if len(said) > _SHOWN else ""
            where = f"工作表“{sheet!s}”" if sheet else ""
            lines.append(f"不是项目、未读取的行：{where}{'、'.join(said[:_SHOWN])}{rest}。")
        return lines

    def __str__(self) -> str:
        return self.summary()


def skipped_table(skipped: list[Skipped], file: str) -> pd.DataFrame:
    """Skipped rows as a table."""
    table = pd.DataFrame([{"file": file, **vars(item)} for item in skipped], columns=list(SKIPPED_COLUMNS))
    return table.astype({"row": "Int64"})
