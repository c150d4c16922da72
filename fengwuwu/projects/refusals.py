"""Rows that imports refused, read back from the files they were written to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.projects.intake import read_form
from fengwuwu.projects.layout import earlier_reason

COLUMNS = ("file", "row", "project_id", "project_name", "reason")


def refusals(folder: Path) -> pd.DataFrame:
    """Every row in the files of rejected rows of a folder.

    Parameters
    ----------
    folder : Path
        Where imports write them: beside the library, unless told otherwise.

    Returns
    -------
    DataFrame
        ``file, row`` (in that file)``, project_id, project_name, reason`` (as written, one fault a line); a file that
        cannot be read is one row that says so.
    """
    rows: list[tuple[object, ...]] = []
    for path in sorted(folder.glob("*.rejected*.xlsx")):
        if path.name.startswith("~$"):
            continue  # Excel's mark that the file is open
        try:
            form = read_form(path)
        except InputError as error:
            rows.append((path.name, None, None, None, error.what))
            continue
        for item in form.rows:
            reason = earlier_reason(item.row, item.block) or None
            ident, name = (item.values.get(key) for key in ("project_id", "project_name"))
            rows.append((path.name, item.row.number, ident, name, reason))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).astype({"row": "Int64"})
