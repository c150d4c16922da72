"""Where the table of a sheet is: title rows, header, data rows, and rows that are totals, notes or headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from fengwuwu.projects import headers, units
from fengwuwu.projects.cells import Finding, clean, narrow
from fengwuwu.projects.sheets import Row, Sheet

GUIDE_SHEET, CHOICES_SHEET = "填写说明", "选项"  # sheets of our template that hold no projects
EXAMPLE_MARK = "示例行"
_SEARCHED_ROWS = 50
_TOTAL = re.compile(r"^.{0,12}(合计|小计|总计|共计)([:(（：].*|\d+[个项].{0,6})?$|^其中[:：]?$")
_NOTE = re.compile(
    r"^(注|备注|说明|填表说明|填报说明|填表人|填报人|制表人?|审核人?|联系人|联系电话|填报单位|填报日期|单位负责人|负责人)"
    r"([:：\d(（]|$)"
)
_ITEM = re.compile(r"^[(（]?\d{1,2}[)）.、．]")  # of a numbered note
_TITLE = re.compile(r"^(附件|附表|表)[\d一二三四五六七八九十]|表([(（].*[)）])?$")
_HEADING = re.compile(r"^([（(]?[一二三四五六七八九十]+[)）、.．]|第[一二三四五六七八九十]+[类部批])")
_TEMPLATE = "模板可用 fengwuwu library template 生成。"
NO_HEADER = Finding(
    "没有找到项目表的表头，未读取。", f"表头须有“项目编号”或“项目名称”以及其他列；{_TEMPLATE}", "warning"
)


@dataclass
class Block:
    """A header and the data rows below it.

    Attributes
    ----------
    sheet : str
    above : list of Row
        Rows above the header that belong to it (titles, unit line, upper header).
    header : Row
    headers : Headers
    rows : list of Row
    delimited : bool
        As of its sheet.
    """

    sheet: str
    above: list[Row]
    header: Row
    headers: headers.Headers
    rows: list[Row] = field(default_factory=list)
    delimited: bool = False

    @cached_property
    def reason_column(self) -> int:
        """Column in which a file of rejected rows says why; 0 when there is none."""
        texts = self.header.texts().items()
        return next((column for column, text in texts if headers.normalise(text) == headers.REASON_HEADER), 0)


@dataclass(frozen=True)
class Skipped:
    """A row that is no data row, and why."""

    sheet: str
    row: int | None
    text: str
    reason: str


def lay_out(sheet: Sheet) -> tuple[list[Block], list[Skipped]]:
    """Divide a sheet.

    Returns
    -------
    blocks : list of Block
        One per header; empty when the sheet has none.
    skipped : list of Skipped
        Every row with something in it that is in no block's ``rows``.
    """
    start = _header_row(sheet)
    if start is None or vertical(sheet):
        return [], [Skipped(sheet.name, None, "", "工作表没有表头")] if sheet.rows else []
    skipped = [_skip(sheet, row, "标题") for row in sheet.rows[:start]]
    above = sheet.rows[:start]
    money = headers.money_unit([text for row in above for text in row.texts().values()])
    header, rest = sheet.rows[start], sheet.rows[start + 1 :]
    upper = above[-1].texts() if above else {}
    if rest and (unit_row := _units(rest[0])):
        upper = {**upper, **unit_row}
        skipped.append(_skip(sheet, rest[0], "单位行"))
        above, rest = [*above, rest[0]], rest[1:]
    found = headers.match(header.texts(), upper, money, cut=sheet.cut_names)
    blocks = [Block(sheet.name, above, header, found, delimited=sheet.delimited)]
    names = _names(rest)
    previous: Row | None = None
    reason = ""
    for row in rest:
        block = blocks[-1]
        if not names.isdisjoint(row.cells.values()) and headers.is_header(row.texts(), needed=3):
            titles = _titles(block.rows)
            del block.rows[len(block.rows) - len(titles) :]
            skipped += [_skip(sheet, title, "标题") for title in titles]
            # A table further down states its own unit of money, or keeps the one before.
            money = headers.money_unit([text for title in titles for text in title.texts().values()]) or money
            same = _spelled(row) == _spelled(block.header)
            skipped.append(_skip(sheet, row, "重复的表头" if same else "表头"))
            if not same or titles:
                found = headers.match(row.texts(), {}, money)
                blocks.append(Block(sheet.name, titles or above, row, found, delimited=sheet.delimited))
        elif reason := _reason(row, block.headers, previous, reason):
            skipped.append(_skip(sheet, row, reason))
        else:
            block.rows.append(row)
        previous = row
    return blocks, skipped


def _names(rows: list[Row]) -> set[object]:
    """The different cells of some rows that name a field; numbers and dates never do."""
    cells: set[object] = set().union(*(row.cells.values() for row in rows))
    return {cell for cell in cells if isinstance(cell, str) and headers.find(clean(cell))}


def _spelled(row: Row) -> dict[int, str]:
    return {column: headers.normalise(text) for column, text in row.texts().items()}


def _titles(rows: list[Row]) -> list[Row]:
    """The rows at the end of some data rows that are titles of the table below."""
    count = 0
    for row in reversed(rows):
        texts = list(dict.fromkeys(row.texts().values()))
        if not (headers.money_unit(texts) or (len(texts) == 1 and _TITLE.search(narrow(texts[0])))):
            break
        count += 1
    return rows[len(rows) - count :]


def vertical(sheet: Sheet) -> Finding | None:
    """What to say of a form that goes downwards, name and value side by side, a project a sheet; None for a table."""
    start = _header_row(sheet)
    if start is None or start + 1 >= len(sheet.rows):
        return None
    head = {column: found[0].key for column, text in sheet.rows[start].texts().items() if (found := headers.find(text))}
    below = sheet.rows[start + 1].texts()
    keys = {found[0].key for column in head if (found := headers.find(below.get(column, "")))}
    if len(keys) < len(head) or not keys.isdisjoint(head.values()):
        return None
    return Finding("这是竖排的申报表（一表一项目），未读取。", f"请改为横排，每个项目一行；{_TEMPLATE}", "warning")


def _header_row(sheet: Sheet) -> int | None:
    best, best_score = None, 1
    for place, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        texts = row.texts()
        keys = headers.named(texts, cut=sheet.cut_names)
        if keys & {"project_id", "project_name"} and len(keys) > best_score:
            best, best_score = place, len(keys)
    return best


def _units(row: Row) -> dict[int, str]:
    """A row of nothing but units below the header, as headers with units; empty when it is another row."""
    texts = {column: text for column, text in row.texts().items() if narrow(text) not in ("-", "/", "—")}
    if texts and all(units.dimensions(text) and not text[0].isdigit() for text in texts.values()):
        return {column: f"单位({text})" for column, text in texts.items()}
    return {}


def _skip(sheet: Sheet, row: Row, reason: str) -> Skipped:
    shown = list(dict.fromkeys(row.texts().values()))
    return Skipped(sheet.name, row.number, " | ".join(shown)[:200], reason)


def _reason(row: Row, head: headers.Headers, previous: Row | None, before: str) -> str:
    """Why a row below the header is no data row; empty when it is one. `before` is what was said of the row above."""
    ident, name = (narrow(clean(row.cells.get(head.places.get(key, 0)))) for key in ("project_id", "project_name"))
    if ident.startswith(EXAMPLE_MARK) or (not ident and name.startswith(EXAMPLE_MARK)):
        return "示例行"
    if row.shared and previous is not None and _same_merged(row, previous):
        return "合并单元格的续行"
    if _TOTAL.match(ident) or (not ident and _TOTAL.match(name)):
        return "合计或小计"
    if ident and name and ident != name and not ident.isdecimal():
        return ""  # as most rows
    first = narrow(row.first())
    if first == "1" and _counts(row):
        return "列号行"
    if ident and name and ident != name:
        return ""
    if _TOTAL.match(first):
        return "合计或小计"
    if _NOTE.match(first):
        return "注释或签署"
    texts = row.texts()
    alone = len(set(texts.values())) == 1
    if alone and before == "注释或签署" and _ITEM.match(first):
        return "注释或签署"
    if alone and (len(texts) >= 3 or _HEADING.match(first)):
        return "分组标题"
    if set(texts) <= head.ignored:
        return "空行（只有序号）"
    return ""


def _same_merged(row: Row, above: Row) -> bool:
    """Whether a row holds nothing but what merged cells carry down from the row above."""
    texts = row.texts()
    return set(texts) <= row.shared and texts == above.texts()


def _counts(row: Row) -> bool:
    """Whether a row numbers the columns."""
    texts = [narrow(text) for text in row.texts().values()]
    return len(texts) >= 3 and texts == [str(n + 1) for n in range(len(texts))]


def earlier_reason(row: Row, block: Block) -> str:
    """What the column of reasons says, when the form is a file of rejected rows."""
    return clean(row.cells.get(block.reason_column)) if block.reason_column else ""
