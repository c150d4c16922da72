"""2 000 spoilt workbooks and text files, 200 on PostGIS: a result or a clear message, no traceback, no lost row.

Rows are counted here, by openpyxl and csv alone; the reader of forms has no say in it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu.errors import FengwuwuError
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.library import Library
from fengwuwu.projects.result import ImportResult

Table = list[list[object]]
NewLocation = Callable[[], Path | str]
Draw = random.Random
HEADERS = ["项目编号", "项目名称", "所在县", "总投资（万元）", "装机（万千瓦）", "技术类型", "开工时间", "经度", "纬度"]
CELLS: list[object] = [
    *(None, "", "约5", "1.2亿元", "—", "待定", "１２３", "#REF!", "=1+1", "3000-5000", "0.4;0.6", "陆上风电", "  "),
    *(
        "是",
        "2027年底",
        46500,
        -1,
        1e300,
        0.1,
        True,
        dt.datetime(2027, 3, 1),
        "小计",
        "注：示例",
        "一、能源",
        "长" * 300,
    ),
    *("60MW", "1.5万亩", "109°27′", "奉节县;巫山县", "某县", "'", '"', "a,b\nc", "\x0b", "𬭊", "示例行", "100%", "1e5"),
]
LINES: Table = [
    ["示例：二〇二六年项目表"],
    ["单位：亿元"],
    ["合计", None, None, 100],
    ["小计", "", "", "", 1],
    ["注：数据为示例。"],
    ["一、能源类"],
    ["填表人：示例", None, "审核：示例"],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [],
]
LIBRARY_REUSED = 100  # imports into one library; then a fresh one


def table(draw: Draw, number: int) -> Table:
    """A form of up to six projects."""
    rows: Table = [list(HEADERS)]
    for line in range(draw.randrange(7)):
        county, lon, lat = draw.choice([("奉节县", 109.46, 31.02), ("巫山", 109.88, 31.08), ("巫溪县", 109.57, 31.4)])
        ident = f"示例-{draw.randrange(40) if draw.random() < 0.3 else number * 10 + line}"
        name = f"示例：{draw.choice('甲乙丙丁戊己庚辛壬癸')}{number}-{line}"
        cost = draw.choice([4500, "４５００", "0.45亿元", 45000])
        rows.append([ident, name, county, cost, 1, "集中式光伏", 2027, lon, lat])
    return rows


def spoil_header(draw: Draw, rows: Table) -> None:
    """Rename, empty, repeat, exchange or add a header."""
    header = rows[0]
    header += [None] * (2 - len(header))  # an empty line may stand first by now
    place = draw.randrange(len(header))
    change = draw.randrange(6)
    if change == 0:
        header[place] = draw.choice(["", None, "心情", "总投次", "单位", "总投资（亿元）", "备注", 7, "总投资（美元）"])
    elif change == 1:
        header[place] = draw.choice([field.header for field in FIELDS])
    elif change == 2:
        header.append(draw.choice(header))
    elif change == 3:
        other = draw.randrange(len(header))
        header[place], header[other] = header[other], header[place]
    elif change == 4:
        header[place] = f" *{header[place]}\n"
    else:
        text = str(header[place])
        cut = draw.randrange(len(text) + 1)
        header[place] = text[:cut] + draw.choice("亿（元）/:县") + text[cut:]


def spoil_cells(draw: Draw, rows: Table) -> None:
    """Put odd things into some cells, also beyond the table."""
    for _ in range(draw.randrange(1, 6)):
        row = rows[draw.randrange(len(rows))]
        place = draw.randrange(len(HEADERS) + 2)
        row += [None] * (place + 1 - len(row))
        row[place] = draw.choice(CELLS)


def insert_lines(draw: Draw, rows: Table) -> None:
    """Titles, totals, notes, headings, empty lines, another header."""
    for _ in range(draw.randrange(1, 4)):
        rows.insert(draw.randrange(len(rows) + 1), list(draw.choice([*LINES, HEADERS])))


def shuffle(draw: Draw, rows: Table) -> None:
    """Repeat, drop or move lines."""
    for _ in range(draw.randrange(1, 4)):
        line = list(draw.choice(rows))
        rows.insert(draw.randrange(len(rows) + 1), line)
        if len(rows) > 2 and draw.random() < 0.5:
            del rows[draw.randrange(len(rows))]


SPOILERS: tuple[Callable[[Draw, Table], None], ...] = (spoil_header, spoil_cells, spoil_cells, insert_lines, shuffle)


def spoilt(draw: Draw, number: int) -> Table:
    rows = table(draw, number)
    for _ in range(draw.randrange(4)):
        draw.choice(SPOILERS)(draw, rows)
    return rows


def write_workbook(draw: Draw, rows: Table, path: Path) -> None:
    """A workbook, sometimes with merged cells, hidden rows or a second sheet."""
    book = openpyxl.Workbook()
    sheets = [book.worksheets[0]] + ([book.create_sheet("二")] if draw.random() < 0.2 else [])
    for sheet in sheets:
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None and value != "\x0b":
                    sheet.cell(line, column).value = value  # type: ignore[assignment]
        for _ in range(draw.choice([0, 0, 0, 1, 2])):
            top, left = draw.randrange(1, len(rows) + 1), draw.randrange(1, 10)
            sheet.merge_cells(None, top, left, top + draw.randrange(3), left + draw.randrange(3))
        if draw.random() < 0.1:
            sheet.row_dimensions[draw.randrange(1, len(rows) + 1)].hidden = True
    if len(sheets) > 1 and draw.random() < 0.3:
        sheets[1].sheet_state = "hidden"
    book.save(path)


def write_text(draw: Draw, rows: Table, path: Path) -> str:
    """A text file in some encoding; give the text."""
    stream = io.StringIO()
    writer = csv.writer(
        stream, delimiter=draw.choice(",,,;\t"), quoting=draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    )
    writer.writerows(rows)
    encoding = draw.choice(["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
    path.write_bytes(stream.getvalue().encode(encoding, "replace"))
    return stream.getvalue()


def damage(draw: Draw, path: Path) -> None:
    """Cut the file off, or change, drop or insert some bytes."""
    content = bytearray(path.read_bytes())
    change = draw.randrange(3)
    place = draw.randrange(len(content)) if content else 0
    if change == 0:
        del content[place:]
    elif change == 1:
        for _ in range(draw.randrange(1, 20)):
            content[draw.randrange(len(content))] = draw.randrange(256)
    else:
        content[place:place] = draw.randbytes(draw.randrange(1, 9))
    path.write_bytes(bytes(content))


# ---- the separate count ----


def filled(cells: Iterable[object]) -> bool:
    return any(value is not None and str(value).strip(" \t\r\n\x0b\u3000") for value in cells)


def lines_of_sheet(sheet: Worksheet) -> set[int]:
    """Numbers of the rows that show something: own cells, or a merged cell that reaches into them."""
    lines = {cell.row for row in sheet.iter_rows() for cell in row if filled([cell.value])}
    last = max(lines, default=0)
    for area in sheet.merged_cells.ranges:
        if filled([sheet.cell(area.min_row, area.min_col).value]):
            lines |= set(range(area.min_row, min(area.max_row, last) + 1))
    return lines


def lines_of_workbook(path: Path) -> dict[str, set[int]]:
    return {sheet.title: lines_of_sheet(sheet) for sheet in openpyxl.load_workbook(path).worksheets}


def lines_of_text(text: str) -> dict[str, set[int]]:
    head = text[:20_000]
    delimiter = max(",\t;", key=head.count)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return {"": {number for number, record in enumerate(records, start=1) if filled(record)}}


def account(result: ImportResult, lines: dict[str, set[int]]) -> None:
    """Every line of the file is a data row, a header or listed as skipped; no other row exists."""
    counts = (result.accepted, result.updated, result.unchanged, result.pending, result.rejected)
    assert sum(counts) == result.rows_read == len(result.rows)
    read = list(zip(result.rows["sheet"], result.rows["row"], strict=True))
    listed = [(s, int(r)) for s, r in zip(result.skipped["sheet"], result.skipped["row"], strict=True) if r == r and r]
    assert len({*read, *listed}) == len(read) + len(listed), "a line is counted once"
    for sheet, numbers in lines.items():
        seen = {row for name, row in [*read, *listed] if name == sheet}
        if not seen <= numbers:
            raise AssertionError(f"{sheet}: rows {sorted(seen - numbers)} are not in the file")
        missing = numbers - seen
        unread = sheet in set(result.skipped.loc[result.skipped["row"].isna(), "sheet"])
        # All that may be missing is the first header, which is neither data nor listed.
        assert len(missing) == (len(numbers) if unread else bool(numbers)), f"{sheet}: rows {sorted(missing)} lost"


class Imports:
    """Imports one spoilt file after another, into a fresh library now and then."""

    def __init__(self, folder: Path, new_location: NewLocation) -> None:
        self.folder, self.number, self.outcomes = folder, 0, {"read": 0, "refused": 0, "rows": 0}
        self.new_location = new_location
        self.library, self.projects = Library.open(new_location()), 0

    def sound(self) -> None:
        """The library holds what was accepted, and its history leads there."""
        assert self.library.check() == []
        assert len(self.library.projects()) == self.projects

    def one(self, path: Path, lines: dict[str, set[int]] | None) -> None:
        """Import a file; `lines` is the separate count, None for a file whose bytes were damaged."""
        self.number += 1
        if self.number % LIBRARY_REUSED == 0:
            self.sound()
            self.library, self.projects = Library.open(self.new_location()), 0
        before = self.library.version
        try:
            result = self.library.import_file(path, by="测试", output=self.folder)
        except FengwuwuError as error:
            assert "处理办法" in str(error)
            assert self.library.version == before
            self.outcomes["refused"] += 1
            return
        finally:
            for rejected in self.folder.glob("*.rejected*.xlsx"):
                rejected.unlink()
        self.outcomes["read"] += 1
        self.outcomes["rows"] += result.rows_read
        self.projects += result.accepted
        if lines is not None:
            account(result, lines)


@pytest.fixture
def forms(request: pytest.FixtureRequest) -> int:
    """How many forms each of the eight tests imports."""
    return 25 if request.config.getoption("--postgis") else 250


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_spoilt_workbooks(seed: int, forms: int, tmp_path: Path, new_location: NewLocation) -> None:
    draw = random.Random(f"workbook {seed}")
    imports = Imports(tmp_path, new_location)
    for number in range(forms):
        path = tmp_path / f"form{number}.xlsx"
        write_workbook(draw, spoilt(draw, number), path)
        if damaged := draw.random() < 0.2:
            damage(draw, path)
        imports.one(path, None if damaged else lines_of_workbook(path))
        path.unlink()
    imports.sound()
    assert imports.outcomes["rows"] > 1.2 * forms and imports.outcomes["refused"] > 0.04 * forms


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_spoilt_text_files(seed: int, forms: int, tmp_path: Path, new_location: NewLocation) -> None:
    draw = random.Random(f"text {seed}")
    imports = Imports(tmp_path, new_location)
    for number in range(forms):
        path = tmp_path / f"form{number}.csv"
        rows = spoilt(draw, number)
        text = write_text(draw, rows, path)
        if damaged := draw.random() < 0.2:
            damage(draw, path)
        imports.one(path, None if damaged else lines_of_text(text))
        path.unlink()
    imports.sound()
    assert imports.outcomes["rows"] > 1.2 * forms and imports.outcomes["refused"] > 0.04 * forms


def test_the_separate_count_would_see_a_lost_row(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    book = openpyxl.Workbook()
    for row in (HEADERS[:4], ["示例-1", "示例：甲", "奉节县", 5], ["示例-2", "示例：乙", "奉节县", 6]):
        book.worksheets[0].append(row)
    book.save(path)
    result = Library.open(tmp_path / "library.gpkg").import_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        account(result, lines_of_workbook(path))
    with pytest.raises(AssertionError, match="lost"):
        account(result, {"Sheet": {1, 2, 3, 4}})
