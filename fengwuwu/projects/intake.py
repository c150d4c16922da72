"""Read an entry form: every data row with the values it gives and everything doubtful about it; nothing is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from openpyxl.utils import get_column_letter

from fengwuwu.errors import InputError, Problem
from fengwuwu.projects import checks, files, headers, layout, places, schema, units
from fengwuwu.projects.cells import CellError, Finding, Uncomputed, Value, clean, narrow, number_and_unit, parse
from fengwuwu.projects.coordinates import reference
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.layout import Block, Skipped
from fengwuwu.projects.sheets import Row
from fengwuwu.projects.technologies import technologies

# Amounts that would count twice when a merged cell gives them to several rows.
_AMOUNTS = frozenset({
    "capacity",
    "annual_output",
    "measured_output",
    "investment_wan_yuan",
    "own_capital_wan_yuan",
    "financing_need_wan_yuan",
    "annual_revenue_wan_yuan",
    "claimed_reduction_t_per_year",
})
_MOVED = "本行的格比表头多，各列可能错位。"
# Units without a technology to say which one is wanted.
_COMMON_UNITS = ("MW", "GWh")


@dataclass
class FormRow:
    """One data row.

    Attributes
    ----------
    block : Block
        Table it stands in.
    row : Row
        As it stands in the file.
    values : dict of str to str, float or None
        Field key to value, for the columns the form has.
    found : list of (str, Finding)
        Field key and finding.
    """

    block: Block
    row: Row
    values: dict[str, Value]
    found: list[tuple[str, Finding]] = field(default_factory=list)

    @property
    def errors(self) -> list[tuple[str, Finding]]:
        """Findings that reject the row."""
        return [item for item in self.found if item[1].severity == "error"]

    def header(self, key: str) -> str:
        """The user's header of a field, or ours when the form has no such column."""
        columns = self.block.headers.columns.values()
        own = next((column.header for column in columns if column.field.key == key), "")
        return own or (BY_KEY[key].full_header if key in BY_KEY else key)

    def problems(self, file: str) -> list[Problem]:
        """The findings with their place."""
        return [
            Problem(
                finding.message,
                finding.remedy,
                file,
                self.block.sheet,
                self.row.number,
                self.header(key) if key else "",
                finding.severity,
            )
            for key, finding in self.found
        ]


@dataclass
class Form:
    """A form as read: data rows, skipped rows and problems of the file as a whole."""

    path: Path
    sha256: str
    rows: list[FormRow]
    skipped: list[Skipped]
    problems: list[Problem]


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
            Problem(item.message, item.remedy, name, block.sheet, block.header.number or None, header, "warning")
            for header, item in block.headers.findings
        ]
        rows = [_read_row(block, row) for row in block.rows]
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
            "warning",
        )
        for column, numbers in sorted(found.items())
    ]


def _read_row(block: Block, row: Row) -> FormRow:
    result = FormRow(block, row, {})
    places = {column.field.key: number for number, column in block.headers.columns.items()}
    for key, number in places.items():
        column, raw = block.headers.columns[number], row.cells.get(number)
        quantity = key in headers.QUANTITIES or key in headers.QUANTITIES.values()
        if not quantity:
            result.values[key], findings = _parsed(raw, key, column.unit)
            result.found += [(key, finding) for finding in findings]
        if key in _AMOUNTS and number in row.shared and places.get("project_id") not in row.shared:
            message = "数值来自跨行的合并单元格，不能判断属于哪一行。"
            result.found.append((key, Finding(message, "请取消合并，分别填写各行的数值。")))
    for key, unit_key in headers.QUANTITIES.items():
        if key in places or unit_key in places:
            _read_quantity(result, key, unit_key, places)
    if "data_kind" in places and result.values["data_kind"] is None:
        result.values["data_kind"] = "submitted"
    if row.hidden:
        result.found.append(("", Finding("隐藏的行也已读取。", "如不应导入，请删除该行。", "warning")))
    result.found += row.found
    return result


@lru_cache(maxsize=2**16, typed=True)
def _parsed(raw: object, key: str, unit: str) -> tuple[Value, tuple[Finding, ...]]:
    """As `parse`; a column has far fewer different cells than rows."""
    value, findings = parse(raw, BY_KEY[key], unit)
    return value, tuple(findings)


def _read_quantity(result: FormRow, key: str, unit_key: str, places: Mapping[str, int]) -> None:
    """Read a value and its unit from two columns, the header or the cell, and convert to the technology's unit."""
    row = result.row
    raw = row.cells.get(places[key]) if key in places else None
    unit = clean(row.cells.get(places[unit_key])) if unit_key in places else ""
    unit = "" if narrow(unit) in ("-", "—", "/", "无") else unit
    header_unit = result.block.headers.columns[places[key]].unit if key in places else ""
    number, findings = parse(raw, BY_KEY[key]) if not _has_unit(raw) else (None, [])
    value = Fraction(repr(number)) if number is not None else None
    if _has_unit(raw):
        value, cell_unit, approximate = number_and_unit(clean(raw))
        if unit and units.convert(Fraction(1), cell_unit, unit) != 1:
            findings.append(
                Finding(f"单元格写明“{cell_unit}”，与单位“{unit}”不同，按单元格读取。", "请核对。", "warning")
            )
        unit = cell_unit
        if approximate:
            findings.append(Finding(f"“{clean(raw)}”是约数。", "请核实准确值。", "warning"))
    unit = unit or header_unit
    if value is not None and not unit:
        findings.append(Finding("没有写单位，数值不能用于计算。", f"请填写“{BY_KEY[unit_key].header}”。", "warning"))
    amount, unit, doubt = _convert(value, unit, key, str(result.values.get("technology") or ""))
    if doubt:
        findings.append(doubt)
    result.found += [(key, finding) for finding in findings]
    if key in places:
        result.values[key] = amount
    if unit_key in places or header_unit or unit:
        result.values[unit_key] = unit or None


def _has_unit(raw: object) -> bool:
    if not isinstance(raw, str) or isinstance(raw, Uncomputed):
        return False
    try:
        return bool(number_and_unit(clean(raw))[1])
    except CellError:
        return False


def _convert(value: Fraction | None, unit: str, key: str, technology: str) -> tuple[Value, str, Finding | None]:
    as_written = units.to_float(value) if value is not None else None
    if not unit:
        return as_written, "", None
    item = technologies().get(technology)
    wanted = (item.capacity_unit if key == "capacity" else item.output_unit) if item else ""
    for target in (wanted,) if wanted else _COMMON_UNITS:
        converted = units.convert(value if value is not None else Fraction(0), unit, target)
        if converted is not None:
            return (units.to_float(converted) if value is not None else None), target, None
    doubt = None
    if wanted and item:
        doubt = Finding(
            f"单位“{unit}”不能换算为“{item.label}”的规定单位“{wanted}”，原样保留。", f"请改用 {wanted}。", "warning"
        )
    elif not units.dimensions(unit):
        doubt = Finding(f"不认识单位“{unit}”，原样保留。", "请核对。", "warning")
    return as_written, unit, doubt


def validate(
    found: Sequence[list[tuple[str, Finding]]],
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
    for place, key, finding in schema.violations([dict(record) for record in records]):
        if records[place].get(key) is None and key not in given[place]:
            finding = Finding(finding.message, f"表中没有“{BY_KEY[key].header}”这一列，请加上。")
        if key not in _broken(found[place]):
            found[place].append((key, finding))
    for said, record in zip(found, records, strict=True):
        broken = _broken(said)
        said += [(item.key, item.finding) for item in checks.check(record) if item.key not in broken]


def _broken(found: list[tuple[str, Finding]]) -> set[str]:
    return {key for key, finding in found if finding.severity == "error"}
