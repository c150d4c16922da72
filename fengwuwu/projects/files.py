"""Read a form file of any supported kind, by what it is and not only by what it is called."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fengwuwu.errors import InputError, Problem
from fengwuwu.projects import layers, old_workbooks, text_tables, workbooks
from fengwuwu.projects.coordinates import Reference
from fengwuwu.projects.sheets import Source

SUPPORTED = (".xlsx", ".xlsm", ".xls", ".csv", ".gpkg", ".geojson", ".json", ".shp")
_LAYERS = (".gpkg", ".geojson", ".json", ".shp")
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


def read(path: Path | str, declared: Reference | None = None) -> Source:
    """Read a form.

    Parameters
    ----------
    path : path
    declared : Reference, optional
        System of the coordinates, as the user says.

    Raises
    ------
    InputError
        When the file is missing, unreadable, empty, encrypted, broken, of another kind, or a layer whose coordinate
        system is not known.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUPPORTED:
        raise InputError(
            f"不支持“{path.suffix or '无扩展名'}”格式。",
            where=str(path),
            remedy=f"现支持 {'、'.join(SUPPORTED)}；其他格式请先另存为 .xlsx 或 .csv。",
        )
    content = _bytes(path)
    if not content.strip():
        raise InputError("文件是空的。", where=str(path), remedy="请核对是否选错了文件。")
    digest = hashlib.sha256(content)
    if suffix in _LAYERS:
        if suffix == ".shp":
            for part in filter(None, (layers.sidecar(path, name) for name in layers.SIDECARS)):
                digest.update(_bytes(part))
        sheets = layers.read(path, content, declared)
        problems = [
            Problem(note.message, note.remedy, path.name, sheet.name, severity="warning")
            for sheet in sheets
            for note in sheet.notes
        ]
        return Source(path, digest.hexdigest(), sheets, problems)
    problems = []
    if suffix == ".csv":
        if content.startswith((_ZIP, _OLE)):
            remedy = "请把扩展名改为 .xlsx 后重试。"
            raise InputError("这不是 CSV，而是 Excel 或压缩文件。", where=str(path), remedy=remedy)
        sheets = text_tables.read(content, str(path))
    else:
        old = content.startswith(_OLE)
        if not old and not content.startswith(_ZIP):
            raise InputError(
                "文件已损坏，或不是 Excel 工作簿（可能是网页或文本改了扩展名）。",
                where=str(path),
                remedy="请用 Excel 打开后另存为 .xlsx。",
            )
        sheets = (old_workbooks if old else workbooks).read(content, str(path))
        if old != (suffix == ".xls"):
            message = f"扩展名是 {suffix}，内容却是 {'.xls' if old else '.xlsx'}，已按内容读取。"
            problems.append(Problem(message, "请改正扩展名。", path.name, severity="warning"))
    for sheet in sheets:
        sheet.reference = declared
    return Source(path, digest.hexdigest(), sheets, problems)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("找不到文件。", where=str(path), remedy="请核对路径和文件名。") from None
    except OSError as error:
        raise InputError(
            f"文件打不开（{error.strerror}）。", where=str(path), remedy="请核对权限，并关闭占用它的程序。"
        ) from None
