"""What a plan achieves, region and counties side by side."""

from __future__ import annotations

import pandas as pd

from fengwuwu.optimize import Plan
from fengwuwu.reference import worst_status
from fengwuwu.reporting import units
from fengwuwu.vocabulary import VALUE_STATUS

_DIGITS = {"个": 1, "%": 2}


def indicators(plan: Plan) -> pd.DataFrame:
    """Totals of the whole period: one row per indicator, one column per scope, as text.

    Returns
    -------
    DataFrame
        ``label, unit``, one column per scope by its name (None when unknown), ``status`` (the weakest of the scopes,
        in Chinese; no better than 假设 for a plan on illustrative projects)``, note``.
    """
    totals = plan.indicators[plan.indicators["year"].isna()]
    scopes = list(dict.fromkeys(totals["scope"]))
    rows = []
    for _, group in totals.groupby("indicator", sort=False):
        first = group.iloc[0]
        unit, factor = ("%", 100.0) if first["unit"] == "比例" else (str(first["unit"]), 1.0)
        values = group.set_index("scope")["value"] * factor
        shown = {scope: _shown(values.get(scope), unit) for scope in scopes}
        status = worst_status([*group["status"], "assumption" if plan.data_kind == "illustrative" else "official"])
        notes = "；".join(dict.fromkeys(note for note in group["note"] if note)) or None
        rows.append({"label": first["label"], "unit": unit, **shown, "status": VALUE_STATUS[status], "note": notes})
    return pd.DataFrame(rows, columns=["label", "unit", *scopes, "status", "note"], dtype=object)


def _shown(value: float | None, unit: str) -> str | None:
    if value is None or pd.isna(value):
        return None
    digits = 0 if unit == "个" and abs(value - round(value)) < 1e-9 else _DIGITS.get(unit, 0)
    return units.number(value, digits)


def county_shares(plan: Plan) -> pd.DataFrame:
    """Climate share of fixed-asset investment over the whole period, for a chart: ``label, share, assumed``."""
    table = plan.indicators
    found = table[table["year"].isna() & (table["indicator"] == "climate_share")]
    return pd.DataFrame({
        "label": found["scope"].to_list(),
        "share": found["value"].to_list(),
        "assumed": (found["status"] == "assumption").to_list(),
    })
