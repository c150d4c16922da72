"""What changed in a library between two dates: version by version, and field by field."""

from __future__ import annotations

import pandas as pd

from fengwuwu.projects import decisions
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.history import IDENTIFIED, PENDING, day_in_china, from_text, instant
from fengwuwu.projects.listing import decided, shown

VERSION_COLUMNS = ("version", "date", "by", "reason", "file", "added", "changed")
UPDATE_COLUMNS = ("project_id", "header", "old", "new", "date", "by", "reason", "file")


def versions(history: pd.DataFrame, since: str = "", until: str = "") -> pd.DataFrame:
    """The versions of a library, oldest first.

    Parameters
    ----------
    history : DataFrame
        `Library.history` of the whole library.
    since, until : str
        Days (ISO). Changes after the end of the first and up to the end of the second count, so that the result is
        the difference between ``projects(as_of=since)`` and ``projects(as_of=until)``; empty for no limit.

    Returns
    -------
    DataFrame
        ``version, date`` (in China)``, by, reason, file, added, changed`` (numbers of projects new and known before).

    Raises
    ------
    InputError
        When a text is no date.
    """
    table = _between(history, since, until).drop_duplicates(["version", "project_id"])
    counts = table.groupby(["version", "date", "by", "reason", "file"], sort=True)["new_project"].agg(["sum", "size"])
    counts = counts.assign(added=counts["sum"].astype("int64"))
    counts = counts.assign(changed=counts["size"] - counts["added"])
    return counts.reset_index()[list(VERSION_COLUMNS)]


def updates(history: pd.DataFrame, since: str = "", until: str = "") -> pd.DataFrame:
    """Every field of a known project that was altered, oldest first; what new projects came with is left out.

    Parameters
    ----------
    history, since, until
        As for `versions`.

    Returns
    -------
    DataFrame
        ``project_id, header, old, new`` (as users read them)``, date, by, reason, file``.
    """
    table = _between(history, since, until)
    table = table[~table["new_project"].astype(bool)]
    words = {
        side: [_words(str(key), text) for key, text in zip(table["field"], table[side], strict=True)]
        for side in ("old", "new")
    }
    return table.assign(**words)[list(UPDATE_COLUMNS)].reset_index(drop=True)


def _between(history: pd.DataFrame, since: str, until: str) -> pd.DataFrame:
    events = history["project_id"].str.startswith(PENDING) | (history["field"] == IDENTIFIED)
    history = history[~events.astype(bool)]
    first = history.groupby("project_id")["version"].transform("min")
    table = history.assign(
        new_project=history["version"] == first,
        date=[day_in_china(at) for at in history["at"]],
    )
    if since:
        table = table[table["at"] > instant(since)]
    return table[table["at"] <= instant(until)] if until else table


def _words(key: str, text: object) -> str:
    value = from_text(key, text if isinstance(text, str) else None)
    if key in decisions.COLUMNS:
        return decided(key, value) if value else "无"
    return shown(key, value) if key in BY_KEY else str(value or "无")
