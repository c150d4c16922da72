"""Files that are empty, damaged, locked, old, or not what their name says."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
from tools import HEAD, book, calculated, form, merge


@form("empty.xlsx")
def _empty(path: Path) -> None:
    openpyxl.Workbook().save(path)


@form("header_only.xlsx")
def _header_only(path: Path) -> None:
    book({"项目": [["示例空表"], HEAD]}).save(path)


@form("password.xlsx")
def _password(path: Path) -> None:
    import msoffcrypto.format.ooxml as ooxml  # type: ignore[import-not-found]

    plain, locked = io.BytesIO(), io.BytesIO()
    book({"项目": [HEAD, ["示例-FJ-181", "示例：加密项目", "奉节县", 5000]]}).save(plain)
    ooxml.OOXMLFile(plain).encrypt("示例密码", locked)
    path.write_bytes(locked.getvalue())


@form("truncated.xlsx")
def _truncated(path: Path) -> None:
    book({"项目": [HEAD, ["示例-FJ-182", "示例：残缺项目", "奉节县", 5000]]}).save(path)
    path.write_bytes(path.read_bytes()[:-700])


@form("web_page.xls")
def _web_page(path: Path) -> None:
    cells = "".join(f"<td>{name}</td>" for name in HEAD)
    path.write_bytes(f"<html><body><table><tr>{cells}</tr></table></body></html>".encode("gbk"))


@form("old_workbook.xls")
def _old_workbook(path: Path) -> None:
    made = book({
        "申报表": [
            ["巫溪县项目表（示例）", None, None, "单位：亿元"],
            ["项目编号", "项目名称", "所在县", "总投资", "开工时间"],
            ["示例-WX-191", "示例：红池坝风电", "巫溪县", 3.5, dt.datetime(2027, 5, 1)],
            ["示例-WX-192", "示例：通城光伏", None, 1.2, "2027年"],
            ["示例-WX-193", "示例：宁厂改造", "巫溪县", "=1/0", 2028],
            ["合计", None, None, 4.7, None],
        ]
    })
    sheet = made.worksheets[0]
    merge(sheet, "A1:C1", "C3:C4")
    sheet.row_dimensions[4].hidden = True
    calculated(made, path)


@form("old_workbook_renamed.xlsx")
def _old_workbook_renamed(path: Path) -> None:
    other = path.with_suffix(".xls")
    calculated(book({"项目": [HEAD, ["示例-WX-194", "示例：改名项目", "巫溪县", 500]]}), other)
    other.replace(path)
