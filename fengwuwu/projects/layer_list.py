"""The register of map layers at a glance: which are there, whether they can be used, and which rules wait for one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fengwuwu import geo
from fengwuwu.errors import ReferenceDataError
from fengwuwu.layer_registry import Layer, registry
from fengwuwu.projects.site_layers import OVERLAYS, rules_of

STATES = {"ready": "可用", "missing": "未提供", "schematic": "仅供示意", "fault": "有误"}


def layer_list(own: Path) -> pd.DataFrame:
    """Every registered layer; a fault in one does not hide the others.

    Parameters
    ----------
    own : Path
        A user's ``layers.toml``, which need not be there.

    Returns
    -------
    DataFrame
        ``name`` (key of the register)``, title, state`` (key of `STATES`)``, rows`` (shapes; None when it cannot be
        read)``, complete`` (where nothing is missing)``, rules`` (that use it)``, supplier, accuracy, source, remark``
        (what was put right, or the fault).
    """
    path = own if own.is_file() else None
    register = registry(path)
    rules = rules_of(path, register)
    overlaid = rules[rules["kind"].isin(OVERLAYS)]
    found = []
    for name, entry in register.items():
        state, rows, remark = _state(entry, path)
        found.append({
            "name": name,
            "title": entry.title,
            "state": state,
            "rows": rows,
            "complete": _complete(entry),
            "rules": "、".join(overlaid.loc[overlaid["layer"] == name, "id"]),
            "supplier": entry.supplier,
            "accuracy": entry.accuracy,
            "source": entry.source,
            "remark": remark,
        })
    return pd.DataFrame(found)


def _state(entry: Layer, path: Path | None) -> tuple[str, int | None, str]:
    if not entry.file:
        return "missing", None, ""
    try:
        shapes = geo.layer(entry.name, path)
    except ReferenceDataError as error:
        return "fault", None, str(error)
    return "schematic" if entry.role == "schematic" else "ready", len(shapes), "".join(shapes.attrs["mended"])


def _complete(entry: Layer) -> str:
    where = [*entry.complete_counties, *(["所列范围"] if entry.complete_extent else [])]
    return "、".join(where)
