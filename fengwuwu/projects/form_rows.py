"""The data rows of a table: its columns parsed, each different cell once, and what is doubtful about a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from fengwuwu.errors import Problem
from fengwuwu.projects import quantities
from fengwuwu.projects.cells import Finding, Value, parse
from fengwuwu.projects.distinct import each_once
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.headers import QUANTITIES
from fengwuwu.projects.layout import Block
from fengwuwu.projects.sheets import Row

Said = list[tuple[str, Finding]]
_QUANTITY_FIELDS = frozenset({*QUANTITIES, *QUANTITIES.values()})
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
_MERGED = Finding("数值来自跨行的合并单元格，不能判断属于哪一行。", "请取消合并，分别填写各行的数值。")


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
    found: Said = field(default_factory=list)

    @property
    def errors(self) -> Said:
        """Findings that reject the row."""
        return [item for item in self.found if item[1].severity == "error"]

    def header(self, key: str) -> str:
        """The user's header of a field, or ours when the form has no such column."""
        columns = self.block.headers.columns.values()
        own = next((column.header for column in columns if column.field.key == key), "")
        if own == key and key in BY_KEY:  # a layer's columns bear keys, which say little to who reads the message
            return f"{key}（{BY_KEY[key].header}）"
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
                severity=finding.severity,
            )
            for key, finding in self.found
        ]


def read_rows(block: Block) -> list[FormRow]:
    """The data rows of a table; values are parsed and converted, not yet checked against each other."""
    columns: dict[str, Sequence[Value]] = {}
    said: list[Said] = [[] for _ in block.rows]
    for key, number in block.headers.places.items():
        if key not in _QUANTITY_FIELDS:
            read = partial(parse, field=BY_KEY[key], unit=block.headers.columns[number].unit)
            read_cells = each_once(read, _cells(block, key))
            columns[key] = [value for value, _ in read_cells]
            _say(said, key, [findings for _, findings in read_cells])
        if key in _AMOUNTS:
            for row, found in zip(block.rows, said, strict=True):
                if number in row.shared and block.headers.places.get("project_id") not in row.shared:
                    found.append((key, _MERGED))
    if "data_kind" in columns:
        columns["data_kind"] = ["submitted" if value is None else value for value in columns["data_kind"]]
    values = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    values = values or [{} for _ in block.rows]
    for key, unit_key in QUANTITIES.items():
        if key in block.headers.places or unit_key in block.headers.places:
            _read_quantity(block, values, said, key, unit_key)
    for row, found in zip(block.rows, said, strict=True):
        if row.hidden:
            found.append(("", Finding("隐藏的行也已读取。", "如不应导入，请删除该行。", "warning")))
        found += row.found
    return [FormRow(block, *parts) for parts in zip(block.rows, values, said, strict=True)]


def _cells(block: Block, key: str) -> list[object]:
    """The cells of a field's column, row by row; None for those that are empty, as all are when it has no column."""
    number = block.headers.places.get(key, 0)
    return [row.cells.get(number) for row in block.rows]


def _say(said: Sequence[Said], key: str, found: Sequence[Sequence[Finding]]) -> None:
    """Add what was found in a column to what is said of each row."""
    for row, findings in zip(said, found, strict=True):
        if findings:
            row += [(key, finding) for finding in findings]


def _read_quantity(
    block: Block, values: Sequence[dict[str, Value]], said: Sequence[Said], key: str, unit_key: str
) -> None:
    """Read a value and its unit into the rows."""
    places = block.headers.places
    header_unit = block.headers.columns[places[key]].unit if key in places else ""
    technology = [row.get("technology") for row in values]
    read = partial(quantities.read, key, unit_key, header_unit)
    found = each_once(read, _cells(block, key), _cells(block, unit_key), technology)
    for row, quantity in zip(values, found, strict=True):
        if key in places:
            row[key] = quantity.amount
        if unit_key in places or header_unit or quantity.unit:
            row[unit_key] = quantity.unit or None
    _say(said, key, [quantity.findings for quantity in found])
