"""The history of a library as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from fengwuwu.projects import library_tables, pending
from fengwuwu.projects.history import IDENTIFIED, Entry, Version

HISTORY_COLUMNS = [
    *("entry", "version", "at", "by", "reason", "action", "file", "sha256", "sheet", "row"),
    *("project_id", "field", "header", "old", "new", "hash"),
]
_EVENTS: Mapping[str, str] = {**pending.LABELS, IDENTIFIED: "认定依据"}


def history_table(entries: Sequence[tuple[Entry, str]], versions: Mapping[int, Version]) -> pd.DataFrame:
    """Entries with their hashes; columns as in ``Library.history``."""
    rows = [
        {**vars(versions[entry.version]), **vars(entry), "hash": digest}
        | {"header": _EVENTS.get(entry.field) or library_tables.LABELS.get(entry.field, entry.field)}
        for entry, digest in entries
    ]
    table = pd.DataFrame(rows, columns=[name for name in HISTORY_COLUMNS if name != "entry"])
    table.insert(0, "entry", range(1, len(table) + 1))
    return table[HISTORY_COLUMNS].astype({"row": "Int64"})
