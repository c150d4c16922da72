"""Read an entry form: every data row with the values it gives and everything doubtful about it; nothing is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from fengwuwu.errors import InputError, Problem
from fengwuwu.projects import checks, files, layout, places, schema
from fengwuwu.projects.cells import Finding, Value
from fengwuwu.projects.columns import Columns
from fengwuwu.projects.coordinates import reference
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.form_rows import FormRow, Said, read_rows
from fengwuwu.projects.layout import Block, Skipped
from fengwuwu.projects.uncollected import uncollected

_MOVED = "本行的格比表头多，各列可能错位。"


@dataclass
class Form:
    """A form as read: data rows, skipped rows and problems of the file as a whole."""

    path: Path
    sha256: str
    rows: list[FormRow]
    skipped: list[Skipped]
    problems: list[Problem]


@uncollected()
def read_form(path: Path | str, crs: str | None = None) -> Form:
    """Read a form; values are parsed and converted, not yet checked against each other or the library.

    Parameters
    ----------
    path : path
    crs : str, optional
        Coordinate reference system the user declares: ``EPSG:…``, ``gcj02`` or ``bd09``.

    Raises
    ------
    InputError
        When the file cannot be read, holds no table of projects, or its coordinates cannot be placed.
    """
    source = files.read(path, reference(crs, str(path)) if crs is not None else None)
    name = source.path.name
    form = Form(source.path, source.sha256, [], [], list(source.problems))
    blocks: list[Block] = []
    systems = {sheet.name: sheet.reference for sheet in source.sheets}
    for sheet in source.sheets:
        found, skipped = layout.lay_out(sheet)
        form.skipped += skipped
        blocks += found
        if (
            sheet.rows
            and not found
            and not sheet.hidden
            and sheet.name not in (layout.GUIDE_SHEET, layout.CHOICES_SHEET)
        ):
            finding = layout.vertical(sheet) or layout.NO_HEADER
            form.problems.append(Problem(finding.message, finding.remedy, name, sheet.name, severity="warning"))
        if sheet.hidden and found:
            form.problems.append(
                Problem("隐藏的工作表也已读取。", "如不应导入，请删除该表。", name, sheet.name, severity="warning")
            )
    if not blocks:
        finding = next((item for sheet in source.sheets if (item := layout.vertical(sheet))), layout.NO_HEADER)
        raise InputError(finding.message, where=str(source.path), remedy=finding.remedy)
    for block in blocks:
        form.problems += [
            Problem(
                item.message, item.remedy, name, block.sheet, block.header.number or None, header, severity="warning"
            )
            for header, item in block.headers.findings
        ]
        rows = read_rows(block)
        form.problems += _beside(block, rows, name)
        places.place(rows, systems[block.sheet], f"{source.path}，工作表“{block.sheet}”" if block.sheet else str(path))
        form.rows += rows
    return form


def _beside(block: Block, rows: list[FormRow], file: str) -> list[Problem]:
    """What stands in columns without a header: it is not read, and in a file divided by marks all may have moved."""
    headed = block.header.texts().keys()
    end = max(headed)
    found: dict[int, list[int]] = {}
    for item in rows:
        extra = item.row.cells.keys() - headed
        # A row that was rejected for this and came back in a workbook is judged as in the file it stood in.
        moved = block.delimited and any(column > end for column in extra)
        if moved or (extra and _MOVED in layout.earlier_reason(item.row, block)):
            item.found.append(("", Finding(_MOVED, "请核对；数值中的逗号、分号须去掉，或用引号括起整格。")))
            continue
        for column in extra:
            found.setdefault(column, []).append(item.row.number)
    return [
        Problem(
            f"没有表头，共 {len(numbers)} 行有内容，未读取。",
            "如需入库请补上表头；否则可忽略。",
            file,
            block.sheet,
            numbers[0],
            f"第 {column} 列" if block.delimited else f"{get_column_letter(column)} 列",
            severity="warning",
        )
        for column, numbers in sorted(found.items())
    ]


def validate(
    found: Sequence[Said],
    records: Sequence[Mapping[str, Value]],
    given: Sequence[Mapping[str, Value]],
) -> None:
    """Check complete records by the schema and across columns.

    Parameters
    ----------
    found, records, given : sequence
        Of one length: what is wrong or doubtful about each row, to which more is added; the whole project it leads
        to; and what the row itself gives.
    """
    columns = Columns(records)
    for place, key, finding in schema.violations(columns):
        if records[place].get(key) is None and key not in given[place]:
            finding = Finding(finding.message, f"表中没有“{BY_KEY[key].header}”这一列，请加上。")
        if key not in _broken(found[place]):
            found[place].append((key, finding))
    broken = [_broken(said) for said in found]
    for place, key, finding in checks.check(columns):
        if key not in broken[place]:
            found[place].append((key, finding))


def _broken(said: Said) -> set[str]:
    return {key for key, finding in said if finding.severity == "error"}
