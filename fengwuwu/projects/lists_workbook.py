"""The lists and the checklist as one workbook that a bureau can pass on; every sheet says its rule in the first row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from fengwuwu import vocabulary as words
from fengwuwu.errors import InputError
from fengwuwu.projects import lists, technologies
from fengwuwu.projects.checklist import checklist
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.rejects import set_value

# column -> header, labels, width
_COLUMNS: Mapping[str, tuple[str, Mapping[str, str] | None, int]] = {
    "project_id": ("项目编号", None, 14),
    "project_name": ("项目名称", None, 36),
    "data_kind": ("数据性质", words.DATA_KIND, 10),
    "county": ("所在县", None, 16),
    "owner": ("申报单位", None, 20),
    "technology": ("技术类型", technologies.labels(), 16),
    "category_used": ("行业大类", words.CATEGORY, 10),
    "stage": ("项目阶段", words.STAGE, 10),
    "investment_wan_yuan": ("总投资（万元）", None, 14),
    "financing_need_wan_yuan": ("融资需求（万元）", None, 14),
    "class_code": ("气候分类（本地代码）", None, 12),
    "catalogue_2025_code": ("绿金目录（2025年版）条目", None, 14),
    PREFIX: ("年减排量保守值（tCO2e/年）", None, 16),
    f"{PREFIX}_low": ("低值", None, 12),
    f"{PREFIX}_high": ("高值", None, 12),
    "reduction_missing": ("无减排量的原因", None, 24),
    "reduction_status": ("减排量状态", words.VALUE_STATUS, 10),
    "siting_result": ("选址结论", words.SITING, 10),
    "admission_status": ("入库结论", words.ADMISSION, 10),
    "admission_score": ("评分", None, 8),
    "grade": ("分级（参考方案）", None, 12),
    "grade_reasons": ("分级理由", None, 40),
    "admission_reasons": ("入库理由", None, 60),
    "flags": ("提示", None, 40),
}
_VIEW = {
    "category": ("行业大类", None, 12),
    "data_kind": ("数据性质", None, 10),
    "projects": ("项目数", None, 10),
    **{key: (label, None, 8) for key, label in words.ADMISSION.items()},
    "investment_wan_yuan": ("总投资合计（万元，只计已知）", None, 20),
    "without_investment": ("总投资待补充的项目数", None, 16),
}
_CHECKLIST = {
    "project_id": ("项目编号", None, 14),
    "project_name": ("项目名称", None, 36),
    "owner": ("申报单位", None, 24),
    "data_kind": ("数据性质", words.DATA_KIND, 10),
    "missing": ("请补充", None, 80),
}
# What the owner can tell; elsewhere an empty cell is no gap of the form.
_OWNERS = frozenset({"owner", "technology", "stage", "investment_wan_yuan", "financing_need_wan_yuan"})
_Columns = Mapping[str, tuple[str, Mapping[str, str] | None, int]]


def write(assessed: pd.DataFrame, path: Path) -> Path:
    """Write the workbook.

    Parameters
    ----------
    assessed : DataFrame
        Result of `fengwuwu.projects.assess.assess`.
    path : Path
        ``.xlsx``; an existing file is replaced.

    Raises
    ------
    InputError
        When the name has another suffix or the file cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(f"清单只能存为 .xlsx，不能存为“{path.suffix}”。", where=str(path), remedy="请改文件名。")
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    columns = {name: column for name, column in _COLUMNS.items() if name in assessed}
    for name in (lists.GREEN, lists.TRANSITION):
        rule = "规则：" + "；或 ".join(lists.rules(name)) + "。"
        _sheet(book.create_sheet(lists.title(name)), [rule], lists.members(assessed, name), columns)
    note = "按行业大类（绿色农林、制造、建筑、交通、能源等）；示例、公开与申报项目分列，不相加。"
    _sheet(book.create_sheet("1+N总表"), [note], lists.view(assessed), _VIEW)
    category = assessed["category_used"].fillna("other")
    for key, label in words.CATEGORY.items():
        part = assessed[category == key].sort_values("admission_score", ascending=False, kind="stable")
        if len(part):
            _sheet(book.create_sheet(f"N_{label}"), [f"行业大类：{label}，全部项目，按评分。"], part, columns)
    note = "各项目还缺的内容，可退给申报单位补充；被规则直接退回的项目不列。"
    _sheet(book.create_sheet("补充材料清单"), [note], checklist(assessed), _CHECKLIST)
    try:
        book.save(path)
    except OSError as error:
        raise InputError(
            f"清单写不进去：{error.strerror or error}。", where=str(path), remedy="请关闭已打开的文件，或换一个位置。"
        ) from None
    return path


def _sheet(sheet: Worksheet, notes: Sequence[str], frame: pd.DataFrame, columns: _Columns) -> None:
    if (frame.get("data_kind", pd.Series(dtype=object)) == "illustrative").any():
        notes = [*notes, f"其中“示例”行：{words.ILLUSTRATIVE_NOTICE}。"]
    for number, note in enumerate(notes, start=1):
        _put(sheet, number, [note])
    head = len(notes) + 1
    _put(sheet, head, [header for header, _, _ in columns.values()], bold=True)
    shown = [[_shown(name, value, labels) for value in frame[name]] for name, (_, labels, _) in columns.items()]
    for number, values in enumerate(zip(*shown, strict=True), start=head + 1):
        _put(sheet, number, values)
    if frame.empty:
        _put(sheet, head + 1, ["没有符合规则的项目。"])
    for place, (_, _, width) in enumerate(columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"{get_column_letter(min(3, len(columns)))}{head + 1}"


def _put(sheet: Worksheet, number: int, values: Iterable[object], *, bold: bool = False) -> None:
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(number, place)
        assert isinstance(cell, Cell)
        set_value(cell, value)
        if bold:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _shown(name: str, value: object, labels: Mapping[str, str] | None) -> object:
    if value is None or value is pd.NA or value != value:
        return words.VALUE_STATUS["unknown"] if name in _OWNERS else "—"
    if labels is not None:
        return labels.get(str(value), str(value))
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 1)
    return value if isinstance(value, str) else int(value)  # type: ignore[call-overload]
