"""The assessment as a whole: classify, complete, account, site, admit. Adds columns, changes none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.projects import admission_decisions, grid_paths, taxonomy
from fengwuwu.projects.admission import admit
from fengwuwu.projects.completion import complete
from fengwuwu.projects.emissions import reductions
from fengwuwu.projects.fields import header
from fengwuwu.projects.flags import flags
from fengwuwu.projects.grading import grade
from fengwuwu.projects.site_layers import Layers
from fengwuwu.projects.siting import screen

Table = TypeVar("Table", bound=pd.DataFrame)
_NEEDED = ("project_id", "county")


@dataclass(frozen=True)
class Context:
    """What an assessment relies on besides the projects.

    Attributes
    ----------
    layers : Layers or None
        Map layers; the shipped ones when None.
    grid_path : str or None
        Key of ``grid_paths``: what the grid factor does in later years; unchanged when None.
    grading : str or None
        Profile of ``grading_profiles`` that grades the projects too; none by default.
    """

    layers: Layers | None = None
    grid_path: str | None = None
    grading: str | None = None


def assess(projects: Table, *, context: Context | None = None) -> Table:
    """Classify, account, site and admit projects.

    Parameters
    ----------
    projects : DataFrame or GeoDataFrame, shape (n, …)
        Columns of `fengwuwu.projects.fields` (canonical units, keys of vocabularies); only ``project_id`` and
        ``county`` must be there. Columns of an earlier assessment are replaced.
    context : Context, optional
        Other layers than the shipped ones, another path of the grid factor.

    Returns
    -------
    the same kind of table
        A copy with ``class_code, class_status, class_score, class_evidence, benefit``; ``catalogue_2025_code, …_mark,
        …_status, transition_2024_class, catalogue_2021_code``;
        ``emission_reduction_t_per_year`` (conservative, tCO2e/yr, mean over the lifetime) with ``_low, _central,
        _high``, by basis ``_cm, _average, _ifi, _floor``, ``emission_reduction_t_lifetime``, ``reduction_tier,
        reduction_ranked, reduction_method, reduction_formula, reduction_factors, reduction_inputs, reduction_missing,
        reduction_status, reduction_grid_path`` (Chinese label of the path asked for; None when the factor stays);
        ``siting_result, siting_findings`` and ``site_…``; ``admission_status`` (a person's decision where there is
        one), ``admission_status_rule`` (what the rules say), ``admission_score, admission_reasons``;
        ``flags``; ``grade, grade_score, grade_reasons`` where a profile is asked for; and ``<name>_used, <name>_rule,
        <name>_status`` for what is completed by rule.

    Raises
    ------
    InputError
        When a required column is missing or a numeric column holds text.
    """
    if lacking := [column for column in _NEEDED if column not in projects]:
        names = "、".join(f"“{header(column)}”（{column}）" for column in lacking)
        raise InputError(f"项目表缺少列 {names}。", remedy="请补上后再评估。")
    given = context if context is not None else Context()
    # pandas copies `attrs` in every operation; labels of a whole form cost more than the assessment.
    attrs, projects = projects.attrs, projects.copy(deep=False)
    projects.attrs = {}
    judged = taxonomy.judge(projects)
    verdict = judged.pop("verdict")
    completed = complete(projects, verdict)
    found = pd.concat(
        [
            judged,
            completed,
            reductions(projects, completed["lifetime_years_used"], given.grid_path),
            screen(projects, given.layers),
        ],
        axis=1,
    )
    found = pd.concat([found, admission_decisions.decide(projects, admit(projects, found, verdict))], axis=1)
    found["flags"] = flags(projects, found)
    path = grid_paths.path(given.grid_path)
    found["reduction_grid_path"] = pd.Series(None if path.constant else path.label, index=projects.index, dtype=object)
    if given.grading is not None:
        found = pd.concat([found, grade(found.join(projects[["technology", "violation"]]), given.grading)], axis=1)
    kept = projects.drop(columns=[column for column in found.columns if column in projects])
    result = kept.assign(**{str(column): found[column] for column in found.columns})
    result.attrs = dict(attrs)
    return result
