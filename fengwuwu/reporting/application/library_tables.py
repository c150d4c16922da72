"""What the library holds, counted and listed for one area; real and illustrative projects never in one table."""

from __future__ import annotations

import pandas as pd

from fengwuwu import reference, vocabulary
from fengwuwu.projects import technologies
from fengwuwu.reporting import units
from fengwuwu.reporting.tables import Column

PUBLIC_COLUMNS: dict[str, str | Column] = {
    "project_name": "项目名称",
    "technology_label": Column("技术类型", missing="未说明"),
    "scale": Column("规模"),
    "investment_wan_yuan": Column("总投资（万元）", digits=0),
    "stage_label": "阶段",
    "reduction_shown": Column("年减排量（tCO2e）", align="right"),
}
CANDIDATE_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "class_label": Column("分类", missing="不属于或待复核"),
    "investment_wan_yuan": Column("总投资（万元）", digits=0),
    "reduction_shown": Column("年减排量（tCO2e）", align="right"),
    "admission_label": "入库结论",
}
CLASS_COLUMNS: dict[str, str | Column] = {
    "class_label": "类别",
    "count": Column("项目数"),
    "investment_wan_yuan": Column("已知总投资（万元）", digits=0),
    "unknown_investment": Column("投资待补充的项目数"),
}
COUNT_COLUMNS: dict[str, str | Column] = {"label": "结论", "count": Column("项目数"), "meaning": "含义"}

ADMISSION_MEANING = {
    "demonstration": "达到示范标准，优先推荐",
    "admitted": "达到入库标准，可参与资金配置",
    "incubating": "有气候效益，条件尚不成熟，列入孵化",
    "review": "资料不足或有疑点，须由人工复核",
    "returned": "不符合入库条件",
}
SITING_MEANING = {
    "pass": "能判定的规则均未触及",
    "flag": "有须注意的事项",
    "review": "位置精度不足或触及边界，须复核",
    "undetermined": "所需图层未提供，或位置未知",
    "block": "触及禁止性规则",
}


def labelled(projects: pd.DataFrame) -> pd.DataFrame:
    """The assessed projects with Chinese labels beside the keys: class, technology, scale, stage, admission."""
    frame = projects.copy()
    names = reference.table("taxonomy_classes").set_index("code")["name"]
    frame["class_label"] = frame["class_code"].map(names).astype(object)
    frame["technology_label"] = frame["technology"].map(technologies.labels()).astype(object)
    frame["scale"] = [
        None
        if pd.isna(size)
        else units.join(units.number(size, 0 if size == round(size) or size >= 1000 else 2), _unit(unit))
        for size, unit in zip(frame["capacity"], frame["capacity_unit"], strict=True)
    ]
    frame["stage_label"] = [vocabulary.label(vocabulary.STAGE, key) for key in frame["stage"]]
    frame["admission_label"] = [vocabulary.label(vocabulary.ADMISSION, key) for key in frame["admission_status"]]
    frame["reduction_shown"] = [
        _reduction(*cells)
        for cells in zip(
            frame["emission_reduction_t_per_year"],
            frame["class_code"],
            frame["benefit"],
            frame["reduction_ranked"],
            strict=True,
        )
    ]
    # words such as 不适用 are no values, so they carry no status
    frame["reduction_status"] = frame["reduction_status"].where(
        frame["emission_reduction_t_per_year"].notna(), "unknown"
    )
    return frame


def _reduction(tonnes: float, code: object, benefit: object, ranked: object) -> str | None:
    """The reduction as printed: unknown (None) only where there should be one."""
    if not pd.isna(tonnes):
        return units.number(tonnes)
    if not isinstance(code, str):
        return "不适用"
    if benefit == "adaptation":
        return "不计减排"
    return None if ranked else "不参与排序"


def _unit(unit: object) -> str:
    return vocabulary.UNIT.get(str(unit), str(unit)) if isinstance(unit, str) else ""


def by_class(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects by class, largest number first; those of no class last. Unknown investment is counted, not summed."""
    frame = labelled(projects)
    frame["class_label"] = frame["class_label"].fillna("对照与未分类")
    table = frame.groupby("class_label", sort=False).agg(
        count=("project_id", "size"),
        investment_wan_yuan=("investment_wan_yuan", lambda values: values.sum(min_count=1)),
        unknown_investment=("investment_wan_yuan", lambda values: int(values.isna().sum())),
        classified=("class_code", lambda codes: bool(codes.notna().any())),
    )
    ordered = table.sort_values(["classified", "count"], ascending=[False, False], kind="stable")
    return ordered.drop(columns="classified").reset_index()


def admission_counts(projects: pd.DataFrame) -> pd.DataFrame:
    """Number of projects by admission result, in the order of the vocabulary."""
    return _counts(projects["admission_status"], vocabulary.ADMISSION, ADMISSION_MEANING)


def siting_counts(projects: pd.DataFrame) -> pd.DataFrame:
    """Number of projects by siting result."""
    return _counts(projects["siting_result"], vocabulary.SITING, SITING_MEANING)


def _counts(keys: pd.Series, labels: object, meaning: dict[str, str]) -> pd.DataFrame:
    counts = keys.value_counts()
    return pd.DataFrame([
        {"label": vocabulary.label(labels, key), "count": int(counts.get(key, 0)), "meaning": text}  # type: ignore[arg-type]
        for key, text in meaning.items()
    ])


def flags(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects with a warning: id, name, warning."""
    shown = projects[projects["flags"].notna() & (projects["flags"] != "")]
    return shown[["project_id", "project_name", "flags"]]


def methods_used(projects: pd.DataFrame) -> pd.DataFrame:
    """Accounting methods of the projects with a reduction: method, formula, number of projects."""
    known = projects[projects["emission_reduction_t_per_year"].notna()]
    keys = ["reduction_method", "reduction_formula"]
    return known.groupby(keys, sort=True).size().rename("count").reset_index()


METHOD_COLUMNS: dict[str, str | Column] = {
    "reduction_method": "方法",
    "reduction_formula": "公式",
    "count": Column("项目数"),
}


CALCULATION_COLUMNS: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "reduction_method": "方法",
    "reduction_tier": Column("数据层级", labels=vocabulary.REDUCTION_TIER),
    "emission_reduction_t_per_year_low": Column("低", digits=0),
    "emission_reduction_t_per_year_central": Column("中", digits=0),
    "emission_reduction_t_per_year_high": Column("高", digits=0),
    "emission_reduction_t_per_year": Column("采用值", digits=0),
}


def calculations(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects with a computed reduction: method, tier, range and the value used, tCO2e per year."""
    return projects[projects["emission_reduction_t_per_year"].notna()]
