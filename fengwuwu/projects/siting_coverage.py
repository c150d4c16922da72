"""Which siting rules can be answered with the layers at hand, and who supplies the layers that are missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu.projects.site_layers import OVERLAYS, Layers
from fengwuwu.projects.siting import concerned
from fengwuwu.projects.tabular import texts
from fengwuwu.vocabulary import DATA_KIND

COLUMNS = ("layer", "supplier", "state", "rules", *(f"projects_{kind}" for kind in DATA_KIND))


def missing_layers(projects: pd.DataFrame, layers: Layers | None = None) -> pd.DataFrame:
    """The layers without which siting stays 无法判断, those that most projects need first.

    Parameters
    ----------
    projects : DataFrame
        Uses ``technology``, ``stage`` and ``data_kind``.
    layers : Layers, optional
        The shipped ones by default.

    Returns
    -------
    DataFrame
        ``layer`` (Chinese title)``, supplier`` (None when not known)``, state`` (why the rules are not answered)``,
        rules`` (their names)``, projects_submitted, projects_illustrative, projects_public`` (numbers of projects
        they concern, by kind of data, never added up).
    """
    used = layers if layers is not None else Layers.shipped()
    waiting = used.rules[used.rules["kind"].isin(OVERLAYS) & ~used.rules["layer"].isin(list(used.supplied))]
    kind = texts(projects, "data_kind")
    rows: list[tuple[object, ...]] = []
    for name, group in waiting.groupby("layer", sort=False):
        masks = {str(rule["name"]): concerned(projects, rule) for _, rule in group.iterrows()}
        named = [rule for rule, mask in masks.items() if mask.any()]
        if not named:
            continue
        touched = np.logical_or.reduce(list(masks.values()))
        entry = used.register[str(name)]
        counts = [int((kind == key).to_numpy()[touched].sum()) for key in DATA_KIND]
        state = "图层仅供示意" if entry.file else "图层未提供"
        rows.append((entry.title, entry.supplier or None, state, "、".join(named), *counts))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    weight = -table[[f"projects_{key}" for key in DATA_KIND]].max(axis=1)
    return table.iloc[np.argsort(weight.to_numpy(), kind="stable")].reset_index(drop=True)
