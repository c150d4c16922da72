"""The history of a library as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from fengwuwu.projects import library_tables, pending
from fengwuwu.projects.history import IDENTIFIED, Entry, Version, lines

HISTORY_COLUMNS = [
    *("entry", "version", "at", "by", "reason", "action", "file", "sha256", "sheet", "row"),
    *("project_id", "field", "header", "old", "new", "hash"),
]
_HEADERS: Mapping[str, str] = {**library_tables.LABELS, **pending.LABELS, IDENTIFIED: "认定依据"}


def history_table(entries: Sequence[tuple[Entry, str]], versions: Mapping[int, Version]) -> pd.DataFrame:
    """Entries with their hashes, field by field; columns as in ``Library.history``."""
    rows = [
        (
            *(*versions[line.version], line.sheet, line.row, line.project_id, line.field),
            *(_HEADERS.get(line.field, line.field), line.old, line.new, digest),
        )
        for entry, digest in entries
        for line in lines(entry)
    ]
    table = pd.DataFrame(rows, columns=HISTORY_COLUMNS[1:])
    table.insert(0, "entry", range(1, len(table) + 1))
    return table.astype({"row": "Int64"})
