"""What a tonne costs: the annuity of the investment over the yearly emission reduction.

Only the investment is annualised. Operation and revenue stay out because entry forms seldom state them, so the figure
orders projects by the capital a tonne ties up; it is no net cost, and is never called one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference
from fengwuwu.projects.completion import lifetime


def abatement_cost(projects: pd.DataFrame, discount_rate: float | None = None) -> pd.Series:
    """Annualised investment per tonne of emission reduction.

    Parameters
    ----------
    projects : DataFrame
        Assessed projects: ``investment_wan_yuan`` (万元), ``lifetime_years`` (the default of the ``technology`` where
        the form is silent), ``emission_reduction_t_per_year`` (the conservative value, tCO2e per year),
        ``reduction_ranked``.
    discount_rate : float, optional
        Per year, 0 allowed; by default the social discount rate of ``data/reference/parameters.csv``.

    Returns
    -------
    Series
        元/tCO2e, index of `projects`; NaN where a value is unknown, the reduction is not above zero, or the project
        takes no part in the ranking by reduction.
    """
    rate = float(reference.parameter("*", "social_discount_rate").value) if discount_rate is None else discount_rate
    years = lifetime(projects)
    years = years.where(years > 0)
    annuity = 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)
    tonnes = pd.to_numeric(projects["emission_reduction_t_per_year"]).astype(float)
    ranked = projects["reduction_ranked"].fillna(False).astype(bool)
    cost = pd.to_numeric(projects["investment_wan_yuan"]).astype(float) * 1e4 * annuity / tonnes.where(tonnes > 0)
    return cost.where(ranked, np.nan).rename("abatement_cost_yuan_per_t")
