"""What a project's owner still has to supply before it can be judged: a list to send back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu.projects.admission import BELOW_THRESHOLD
from fengwuwu.projects.fields import BY_KEY
from fengwuwu.projects.tabular import Mask, Sentences, numbers, texts
from fengwuwu.vocabulary import VALUE_STATUS

_ASKED_OF_ALL = ("content", "township", "investment_wan_yuan")
# Nobody publishes these; only who applies for money can be asked.
_ASKED_OF_APPLICANTS = ("financing_need_wan_yuan", "annual_revenue_wan_yuan", "violation")
_ACCOUNT = f"{VALUE_STATUS['unknown']}："


def checklist(assessed: pd.DataFrame) -> pd.DataFrame:
    """The projects that lack something, in the order given; those a gate returned are not asked.

    Parameters
    ----------
    assessed : DataFrame
        Result of `fengwuwu.projects.assess.assess`.

    Returns
    -------
    DataFrame
        ``project_id, project_name, owner, missing`` (Chinese, ``、`` between items)``, data_kind``.
    """
    said = Sentences(len(assessed), "、")
    applicant = texts(assessed, "data_kind").ne("public").to_numpy(dtype=bool)
    lacking = texts(assessed, "reduction_missing").fillna("").str.removeprefix(_ACCOUNT)
    account = lacking.ne(texts(assessed, "reduction_missing").fillna("")).to_numpy(dtype=bool)
    technology = (texts(assessed, "technology").isna() | lacking.eq(BY_KEY["technology"].header)).to_numpy(dtype=bool)
    said.say(technology, BY_KEY["technology"].header)
    for keys, asked in ((_ASKED_OF_ALL, np.ones(len(assessed), dtype=bool)), (_ASKED_OF_APPLICANTS, applicant)):
        for key in keys:
            said.say(asked & _empty(assessed, key), BY_KEY[key].header)
    claimable = assessed["reduction_ranked"].to_numpy(dtype=bool)
    said.say(applicant & claimable & _empty(assessed, "benefit_claims"), BY_KEY["benefit_claims"].header)
    placed = ~np.isnan(numbers(assessed, "lon")) & ~np.isnan(numbers(assessed, "lat"))
    said.say(~placed, "坐标")
    # Without it a place is never judged by distance.
    said.say(placed & np.isnan(numbers(assessed, "location_radius_km")), BY_KEY["location_radius_km"].header)
    said.say(account & ~technology, "减排核算所需的", lacking.to_numpy(dtype=object))
    table = assessed.reindex(columns=["project_id", "project_name", "owner", "data_kind"])
    table.insert(3, "missing", said.values())
    # Who was returned for too few points may gain some by answering.
    by_score = texts(assessed, "admission_reasons").fillna("").str.contains(BELOW_THRESHOLD, regex=False)
    wanted = table["missing"].notna() & ((assessed["admission_status"] != "returned") | by_score)
    return pd.DataFrame(table[wanted]).reset_index(drop=True)


def _empty(assessed: pd.DataFrame, key: str) -> Mask:
    if BY_KEY[key].kind == "number":
        return np.isnan(numbers(assessed, key))
    return texts(assessed, key).isna().to_numpy(dtype=bool)
