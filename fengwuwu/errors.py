"""One exception tree: every error says what is wrong, where, and what to do."""

from __future__ import annotations

from dataclasses import KW_ONLY, asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One fault found in a user's input.

    Attributes
    ----------
    message, remedy : str
        Chinese: what is wrong, and what to do about it.
    file, sheet, column : str
        Where it is; empty when it does not apply.
    row : int or None
        Row number as the user sees it in Excel (the first row is 1).
    field : str
        Field of a settings file, with dots between the levels.
    severity : {"error", "warning"}
        An error rejects the row; a warning stays with it.
    """

    message: str
    remedy: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    _: KW_ONLY
    field: str = ""
    severity: Severity = "error"

    @property
    def where(self) -> str:
        """The place in words, e.g. ``forms.xlsx，工作表“风电”，第 5 行，列“总投资”``."""
        parts = [
            self.file,
            f"工作表“{self.sheet}”" if self.sheet else "",
            f"第 {self.row} 行" if self.row is not None else "",
            f"列“{self.column}”" if self.column else "",
            f"字段“{self.field}”" if self.field else "",
        ]
        return "，".join(part for part in parts if part)

    def as_dict(self) -> dict[str, object]:
        """The fields as a plain mapping, for tables."""
        return asdict(self)

    def __str__(self) -> str:
        text = f"{self.where}：{self.message}" if self.where else self.message
        return f"{text} {self.remedy}".strip()


class FengwuwuError(Exception):
    """An ordinary mistake in input or data, explained in Chinese.

    Parameters
    ----------
    what : str
        What is wrong.
    where : str, optional
        File, sheet, row, column or setting.
    remedy : str, optional
        What the user can do.
    problems : sequence of Problem, optional
        All faults found, when there is more than one.
    """

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", problems: tuple[Problem, ...] | list[Problem] = ()
    ) -> None:
        self.what, self.where, self.remedy, self.problems = what, where, remedy, tuple(problems)
        super().__init__(str(self))

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a traceback."""
        return [str(self)]

    def __str__(self) -> str:
        lines = [f"{self.where}：{self.what}" if self.where else self.what]
        lines += [f"  · {problem}" for problem in self.problems]
        if self.remedy:
            lines.append(f"处理办法：{self.remedy}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword arguments when the error crosses a process border."""
        return _rebuild, (type(self), self.what, self.where, self.remedy, self.problems)


def _rebuild(
    kind: type[FengwuwuError], what: str, where: str, remedy: str, problems: tuple[Problem, ...]
) -> FengwuwuError:
    return kind(what, where=where, remedy=remedy, problems=problems)


class InputError(FengwuwuError):
    """A form, table or file given by the user cannot be used as it is."""


class ReferenceDataError(FengwuwuError):
    """A table under ``data/reference`` or ``data/geo`` is missing or malformed."""


class LibraryError(FengwuwuError):
    """The project library cannot be opened, read or written."""


class ScenarioError(FengwuwuError):
    """A financing scenario is malformed or contradicts the projects."""


class ReportError(FengwuwuError):
    """A report cannot be produced."""
