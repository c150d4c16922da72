"""Which siting rules can be answered with the layers at hand, and who supplies the layers that are missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import geo, reference
from fengwuwu.projects.siting import concerned, why_not
from fengwuwu.projects.tabular import texts
from fengwuwu.vocabulary import DATA_KIND

COLUMNS = ("layer", "supplier", "state", "rules", *(f"projects_{kind}" for kind in DATA_KIND))
_ANSWERED = {"C1", "C2", "C3"}
_UNREGISTERED = "未登记的图层"


def missing_layers(projects: pd.DataFrame) -> pd.DataFrame:
    """The layers without which siting stays 无法判断, those that most projects need first.

    Parameters
    ----------
    projects : DataFrame
        Uses ``technology``, ``stage`` and ``data_kind``.

    Returns
    -------
    DataFrame
        ``layer`` (Chinese title)``, supplier`` (None when not known)``, state`` (why the rules are not answered)``,
        rules`` (their names)``, projects_submitted, projects_illustrative, projects_public`` (numbers of projects
        they concern, by kind of data, never added up).
    """
    registry = geo.registry()
    rules = reference.table("siting_rules")
    waiting = rules[(rules["kind"] != "technology") & ~rules["id"].isin(_ANSWERED)]
    kind = texts(projects, "data_kind")
    rows: list[tuple[object, ...]] = []
    for name, group in waiting.groupby("layer", sort=False):
        masks = {str(rule["name"]): concerned(projects, rule) for _, rule in group.iterrows()}
        used = [rule for rule, mask in masks.items() if mask.any()]
        if not used:
            continue
        touched = np.logical_or.reduce(list(masks.values()))
        entry = registry.get(str(name))
        title = entry.title if entry else f"{_UNREGISTERED}（{'、'.join(used)}）"
        supplier = entry.supplier or None if entry else None
        counts = [int((kind == key).to_numpy()[touched].sum()) for key in DATA_KIND]
        rows.append((title, supplier, why_not(group.iloc[0], registry), "、".join(used), *counts))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    weight = -table[[f"projects_{key}" for key in DATA_KIND]].max(axis=1)
    return table.iloc[np.argsort(weight.to_numpy(), kind="stable")].reset_index(drop=True)
