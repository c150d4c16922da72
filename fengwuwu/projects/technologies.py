"""The technologies a project can have: label, category and the units its figures are kept in."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from fengwuwu import paths
from fengwuwu.errors import ReferenceDataError

FILE = "technologies.csv"


@dataclass(frozen=True)
class Technology:
    """One row of ``data/reference/technologies.csv``.

    Attributes
    ----------
    technology, label, category : str
        Key, Chinese label, key of `fengwuwu.vocabulary.CATEGORY`.
    capacity_unit, output_unit, output_meaning : str
        Unit of ``capacity`` and of ``annual_output``, and what the latter means; empty when not laid down.
    """

    technology: str
    label: str
    category: str
    capacity_unit: str
    output_unit: str
    output_meaning: str


@lru_cache(maxsize=1)
def technologies() -> Mapping[str, Technology]:
    """All technologies by key.

    Raises
    ------
    ReferenceDataError
        When the table is missing or lacks a column.
    """
    file = paths.REFERENCE / FILE
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        names = Technology.__dataclass_fields__
        return {row["technology"]: Technology(**{name: row[name] or "" for name in names}) for row in rows}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise ReferenceDataError(
            f"技术类型表缺失或不完整：{error}", where=str(file), remedy="请恢复随软件附带的文件。"
        ) from None


def labels() -> dict[str, str]:
    """Technology keys and their Chinese labels."""
    return {key: item.label for key, item in technologies().items()}
