"""Hand the projects over as a workbook, CSV or layer; the tables carry Chinese headers and import again unchanged."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from pyogrio.errors import DataSourceError

from fengwuwu.errors import InputError
from fengwuwu.projects import decisions
from fengwuwu.projects.cells import Value, choices_of
from fengwuwu.projects.fields import FIELDS, Field
from fengwuwu.projects.headers import WARNINGS_HEADER
from fengwuwu.projects.history import WARNINGS, to_text
from fengwuwu.projects.rejects import set_value
from fengwuwu.projects.schema import NUMERIC


def export(projects: gpd.GeoDataFrame, path: Path) -> Path:
    """Write projects in the format the suffix names.

    A file is a form again, so people's decisions stay in the library: no form can make one.

    Parameters
    ----------
    projects : geopandas.GeoDataFrame
        As `Library.projects` gives them.
    path : Path
        Existing files are replaced.

    Raises
    ------
    InputError
        When the suffix is unknown or the file cannot be written.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InputError(f"不能导出为“{path.suffix}”。", where=str(path), remedy=f"可用：{'、'.join(_WRITERS)}。")
    # It ends as the file does, which drivers ask for; with a tilde first it would be taken for a home folder.
    partial = path.with_name(f"{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        writer(projects, partial)
        partial.replace(path)
    except (OSError, DataSourceError) as error:
        raise InputError(
            f"文件写不出来（{getattr(error, 'strerror', None) or error}）。",
            where=str(path),
            remedy="请核对文件夹、权限和磁盘空间。",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def shown(field: Field, value: object) -> Value:
    """A value as it stands in a form: label for key, None when unknown."""
    if value is None or value != value:
        return None
    if field.kind in NUMERIC:
        return float(value)  # type: ignore[arg-type]
    return choices_of(field).get(str(value), str(value))


def _rows(projects: gpd.GeoDataFrame) -> list[list[Value]]:
    columns = [[shown(field, value) for value in projects[field.key]] for field in FIELDS]
    columns.append(list(projects[WARNINGS]))
    return [list(row) for row in zip(*columns, strict=True)]


def _headers() -> list[str]:
    return [*(field.full_header for field in FIELDS), WARNINGS_HEADER]


def _write_xlsx(projects: gpd.GeoDataFrame, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目库"
    lines: list[list[Value]] = [list(_headers()), *_rows(projects)]
    for number, row in enumerate(lines, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            assert isinstance(cell, Cell)
            set_value(cell, int(value) if isinstance(value, float) and value.is_integer() else value)
    for column, header in enumerate(_headers(), start=1):
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(10, 2 * len(header) + 2)
    sheet.freeze_panes = "C2"
    book.save(path)


def _write_csv(projects: gpd.GeoDataFrame, path: Path) -> None:
    # The mark makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_headers())
        writer.writerows([[to_text(value) or "" for value in row] for row in _rows(projects)])


def _write_layer(driver: str) -> Callable[[gpd.GeoDataFrame, Path], None]:
    def write(projects: gpd.GeoDataFrame, path: Path) -> None:
        projects.drop(columns=list(decisions.COLUMNS)).to_file(path, layer="projects", driver=driver, engine="pyogrio")

    return write


_WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], None]] = {
    ".xlsx": _write_xlsx,
    ".csv": _write_csv,
    ".gpkg": _write_layer("GPKG"),
    ".geojson": _write_layer("GeoJSON"),
}
