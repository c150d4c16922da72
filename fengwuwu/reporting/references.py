"""Documents that reports cite, from ``data/reference/documents.csv``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from fengwuwu import paths
from fengwuwu.errors import ReferenceDataError, ReportError
from fengwuwu.reporting.blocks import ReferenceRecord

COLUMNS = ("key", "issuer", "title", "number", "date", "status")


@lru_cache
def documents(path: Path = paths.REFERENCE / "documents.csv") -> dict[str, ReferenceRecord]:
    """All documents by key.

    Raises
    ------
    ReferenceDataError
        When the table is missing, lacks a column, or uses a key twice.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ReferenceDataError("读不出引用文件表。", where=str(path), remedy="请重新安装或恢复该文件。") from error
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise ReferenceDataError(f"引用文件表缺少列：{'、'.join(missing)}。", where=str(path))
    twice = table["key"][table["key"].duplicated()]
    if len(twice):
        raise ReferenceDataError(f"引用文件表的 key 重复：{'、'.join(twice)}。", where=str(path))
    rows = table[list(COLUMNS)].to_dict(orient="records")
    return {str(row["key"]): ReferenceRecord.model_validate(row) for row in rows}


def find_document(key: str) -> ReferenceRecord:
    """One document; an unknown key is a `ReportError`."""
    known = documents()
    if key not in known:
        raise ReportError(
            f"引用了未登记的文件“{key}”。", remedy="请先用 facts.reference 登记，或写入 data/reference/documents.csv。"
        )
    return known[key]
