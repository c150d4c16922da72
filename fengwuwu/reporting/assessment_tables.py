"""Tables of an assessment: reductions with their range, the grid factors side by side, what is missing, who is in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fengwuwu import reference, vocabulary
from fengwuwu.projects import technologies
from fengwuwu.projects.account import BASES
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.tabular import SEPARATOR
from fengwuwu.reporting.tables import Column

_SCORE = "评分 "
REDUCTION_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "technology": Column("技术类型", labels=technologies.labels()),
    PREFIX: Column("保守值（tCO2e/年）", digits=0),
    f"{PREFIX}_low": Column("低值（tCO2e/年）", digits=0),
    f"{PREFIX}_central": Column("中值（tCO2e/年）", digits=0),
    f"{PREFIX}_high": Column("高值（tCO2e/年）", digits=0),
    "reduction_tier": Column("数据层级", labels=vocabulary.REDUCTION_TIER),
    "reduction_status": Column("状态", labels=vocabulary.VALUE_STATUS),
}
SAMPLED_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    PREFIX: Column("保守值（tCO2e/年）", digits=0),
    "p05": Column("5 %（tCO2e/年）", digits=0),
    "p50": Column("50 %（tCO2e/年）", digits=0),
    "p95": Column("95 %（tCO2e/年）", digits=0),
}
ADMISSION_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "admission_status": Column("结论", labels=vocabulary.ADMISSION),
    "score": Column("得分及分项", missing="—"),
    "reasons": Column("理由", missing="—"),
}
MISSING_COLUMNS: dict[str, str | Column] = {"reduction_missing": "原因", "count": Column("项目数")}
CHECKLIST_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "owner": Column("申报单位", missing="不详"),
    "missing": "待补充的内容",
}


def reductions(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects whose reduction is computed and counted, largest conservative value first."""
    known = projects[projects["reduction_ranked"].astype(bool) & projects[PREFIX].notna()]
    return known.sort_values([PREFIX, "project_id"], ascending=[False, True], kind="stable")


def sampled(known: pd.DataFrame, percentiles: pd.DataFrame) -> pd.DataFrame:
    """Those of `reductions` that vary when default values are drawn, with their percentiles.

    Parameters
    ----------
    known, percentiles : DataFrame
        With the same index; the second of `fengwuwu.projects.sampling.sampled`.
    """
    table = known[["project_id", "project_name", PREFIX]].join(percentiles)
    return table[~np.isclose(percentiles["p05"], percentiles["p95"])]


def bases(projects: pd.DataFrame) -> pd.DataFrame:
    """Those of `reductions` that depend on the grid factor."""
    known = reductions(projects)
    return known[known[[f"{PREFIX}_{basis}" for basis in BASES]].notna().any(axis=1)]


def bases_columns() -> dict[str, str | Column]:
    """Headers for `bases`: the central value by each factor, and the conservative one that ranks."""
    labels = reference.table("bases").set_index("basis")["label"]
    return {
        "project_id": "编号",
        "project_name": "项目名称",
        **{f"{PREFIX}_{basis}": Column(f"{labels[basis]}（tCO2e/年）", digits=0, missing="不适用") for basis in BASES},
        PREFIX: Column("保守值（tCO2e/年）", digits=0),
        "reduction_status": Column("状态", labels=vocabulary.VALUE_STATUS),
    }


def missing_reductions(projects: pd.DataFrame) -> pd.DataFrame:
    """Why the others have no figure, and how many they are: 不适用 is an answer, 待补充 waits for one."""
    counts = projects["reduction_missing"].dropna().value_counts(sort=False).sort_index()
    return counts.rename_axis("reduction_missing").rename("count").reset_index()


def layer_columns(projects: pd.DataFrame) -> dict[str, str | Column]:
    """Headers for `fengwuwu.projects.siting_coverage.missing_layers`: the kinds of data that occur."""
    kinds = {key: label for key, label in vocabulary.DATA_KIND.items() if (projects["data_kind"] == key).any()}
    return {"layer": "图层", "supplier": "提供单位", "state": "现状", "rules": "无法判断的规则"} | {
        f"projects_{key}": Column(f"涉及的{label}项目数") for key, label in kinds.items()
    }


def admission(projects: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Every project with its result and reasons, by result in the order of the vocabulary, then by score.

    Returns
    -------
    DataFrame
        The projects with ``score`` (how it comes about) and ``reasons`` (the other sentences).
    str
        The sentences that hold for all of them; they are left out of ``reasons``.
    """
    said = [str(text).split(SEPARATOR) if isinstance(text, str) else [] for text in projects["admission_reasons"]]
    common = [text for text in said[0] if all(text in other for other in said)] if said else []
    frame = projects.assign(
        order=projects["admission_status"].map({key: place for place, key in enumerate(vocabulary.ADMISSION)}),
        score=_joined([[text for text in texts if text.startswith(_SCORE)] for texts in said]),
        reasons=_joined([[t for t in texts if t not in common and not t.startswith(_SCORE)] for texts in said]),
    )
    ordered = frame.sort_values(
        ["order", "admission_score", "project_id"], ascending=[True, False, True], kind="stable", na_position="last"
    )
    return ordered, SEPARATOR.join(common)


def _joined(said: list[list[str]]) -> np.ndarray:
    return np.array([SEPARATOR.join(t.removeprefix(_SCORE) for t in texts) or None for texts in said], dtype=object)
