"""Named facts of one application: every figure the prose may use, with its unit, year, status and origin."""

from __future__ import annotations

import pandas as pd

from fengwuwu import geo, region, vocabulary
from fengwuwu.optimize.scenario import OBJECTIVE_LABELS
from fengwuwu.reporting.application import profile
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.document import Report
from fengwuwu.reporting.facts import Facts
from fengwuwu.reporting.tables import Column

LIBRARY = "区域项目库"


def _digits(value: float) -> int:
    """As many decimals as the source gives, at most two."""
    return min(2, len(f"{value:.10g}".partition(".")[2])) if value == value else 0


DOUBTFUL_COLUMNS: dict[str, str | Column] = {
    "label": "指标",
    "value": Column("数值", align="right"),
    "unit": Column("单位", missing="—"),
    "year": Column("年份", missing="—"),
    "status": "状态",
    "source": Column("来源", missing="—"),
}


def doubtful(report: Report) -> pd.DataFrame:
    """The figures of the text so far that are estimated, assumed or not checked, in the order they are used."""
    marked = {vocabulary.VALUE_STATUS[key] for key in ("estimate", "assumption", "unverified")}
    rows = [fact.model_dump() for fact in report.document().facts.values() if fact.status in marked]
    return pd.DataFrame(rows, columns=list(DOUBTFUL_COLUMNS))


def register_all(facts: Facts, application: Application) -> None:
    """Everything the application's prose may name."""
    register_profile(facts, application)
    register_public(facts, application)
    register_candidates(facts, application)
    register_plan(facts, application)


def register_profile(facts: Facts, application: Application) -> None:
    """Facts of the county profile: ``<indicator>`` and ``<indicator>_period``; for the region its measured area."""
    facts.add_text("area", application.area.name, label="范围")
    others = "、".join(area.name for area in application.counties if area is not region.FENGJIE)
    facts.add_text("counties_without_plan", others or "无", label="未见公开工作方案的县")
    if application.is_region:
        counties = geo.layer("counties")
        facts.add(
            "area_km2",
            float(geo.area_km2(counties.geometry).sum()),
            unit="km²",
            label="三县面积合计（示意图量算）",
            status="estimate",
            source="三县行政区界示意图",
            rule="按等面积投影量算后相加",
        )
        return
    for row in profile.profile(application.area.name).to_dict("records"):
        known = not pd.isna(row["value"])
        period = str(row["period"]) if known and isinstance(row["period"], str) else None
        source = str(row["source"]) if known else ""
        facts.add(
            "area_km2" if row["indicator"] == "area" else row["indicator"],
            row["value"],
            unit=str(row["unit"]) if known else "",
            label=f"{application.area.name}{row['label']}",
            digits=_digits(row["value"]) if known else 0,
            year=period,
            status=row["status"],
            source=source,
        )
    lacking = profile.missing(application.area.name)
    facts.add_text("missing_indicators", "、".join(lacking) or "无", label="缺少的公开指标")


def register_public(facts: Facts, application: Application) -> None:
    """Facts of the real projects: ``n_public``, ``n_public_climate``, …, ``public_reduction``."""
    projects = application.public
    climate = projects[projects["class_code"].notna()]
    _count(facts, "n_public", len(projects), "公开项目数", "按项目库计数")
    _count(facts, "n_public_climate", len(climate), "气候友好类别的公开项目数", "有分类的项目计数")
    _count(facts, "n_public_other", len(projects) - len(climate), "对照与未分类的公开项目数", "无分类的项目计数")
    for benefit, label in vocabulary.BENEFIT.items():
        count = int((climate["benefit"] == benefit).sum())
        _count(facts, f"n_public_{benefit}", count, f"公开项目中{label}类项目数", "按效益类型计数")
    unknown = int(projects["investment_wan_yuan"].isna().sum())
    _count(facts, "n_public_unknown_investment", unknown, "总投资未公布的公开项目数", "总投资为空的项目计数")
    _count(facts, "n_public_unlocated", int(projects.geometry.isna().sum()), "没有点位的公开项目数", "点位为空计数")
    _reductions(facts, "public", climate, "公开项目")


def register_candidates(facts: Facts, application: Application) -> None:
    """Facts of the candidates: ``n_candidates``, ``n_admitted``, … and their computed reductions."""
    projects = application.candidates
    facts.add_text("kind", vocabulary.label(vocabulary.DATA_KIND, application.plan.data_kind), label="候选项目性质")
    _count(facts, "n_candidates", len(projects), "候选项目数", "按项目库计数")
    for status, label in vocabulary.ADMISSION.items():
        count = int((projects["admission_status"] == status).sum())
        _count(facts, f"n_{status}", count, f"入库结论为“{label}”的候选项目数", "按入库结论计数")
    eligible = projects[projects["admission_status"].isin(["demonstration", "admitted"])]
    _count(facts, "n_eligible", len(eligible), "达到入库条件的候选项目数", "示范与入库两类相加")
    _count(facts, "n_flagged", int((projects["flags"].fillna("") != "").sum()), "有提示的候选项目数", "提示非空计数")
    for result, label in vocabulary.SITING.items():
        count = int((projects["siting_result"] == result).sum())
        _count(facts, f"n_siting_{result}", count, f"选址结论为“{label}”的候选项目数", "按选址结论计数")
    _reductions(facts, "candidate", projects[projects["class_code"].notna()], "候选项目")


def _count(facts: Facts, name: str, value: int, label: str, rule: str) -> None:
    facts.add(name, value, unit="个", label=label, source=LIBRARY, rule=rule)


def _reductions(facts: Facts, prefix: str, projects: pd.DataFrame, label: str) -> None:
    """Sum of the known conservative reductions; a project that lacks data is counted, never taken as zero."""
    mitigation = projects[projects["reduction_ranked"].fillna(False).astype(bool)]
    known = mitigation["emission_reduction_t_per_year"].dropna()
    _count(facts, f"n_{prefix}_reduction", len(known), f"{label}中可核算减排量的项目数", "年减排量已知的项目计数")
    unknown = len(mitigation) - len(known)
    _count(facts, f"n_{prefix}_no_reduction", unknown, f"{label}中无法核算减排量的项目数", "年减排量未知的项目计数")
    total = float(known.sum()) if len(known) else None
    facts.add(
        f"{prefix}_reduction",
        total,
        unit="tCO2e/年",
        label=f"{label}年减排量合计（保守口径）",
        status=None if total is None else "estimate",
        source=LIBRARY if total is not None else "",
        rule="逐项目按核算方法计算，取区域基准线与重庆平均因子中较低者，只加已知的项目",
    )


def register_plan(facts: Facts, application: Application) -> None:
    """Facts of the plan: how it was solved, and its totals for the region and (without suffix) for the area."""
    plan = application.plan
    solver = "方案文件的求解记录"
    facts.add_text("scenario_title", label="情景", text=plan.scenario.title, source="情景文件")
    facts.add_text(
        "objective_label",
        label="目标",
        text="，其次".join(OBJECTIVE_LABELS[goal] for goal in plan.scenario.goals),
        source="情景文件",
    )
    facts.add_text("plan_status", label="求解结果", text=plan.status_text, source=solver)
    facts.add_text(
        "plan_proof",
        label="证明",
        text=plan.proof.rstrip("。").replace("） ", "）").replace("。 ", "；"),
        source=solver,
    )
    violations = len(plan.verify())
    facts.add_text("verified", label="独立复核", text="未发现违反约束" if not violations else "发现违反约束，不能使用")
    if application.plan_remarks:
        facts.add_text("plan_remarks", label="方案备注", text=application.plan_remarks, source=solver)
    facts.add_text("debt_cover", label="偿债覆盖", text=_debt_cover(application))
    _totals(facts, application.whole, "_region", "三县")
    _totals(facts, application, "", application.area.name)
    _count(
        facts, "n_not_funded", int((~application.decisions["funded"]).sum()), "参加配置而未入选的项目数", "按方案计数"
    )
    _count(facts, "n_set_aside", len(application.set_aside), "未能参加配置的项目数", "按方案计数")


def _debt_cover(application: Application) -> str:
    if application.plan.scenario.dscr is None:
        return "本情景未检验项目收入对还本付息的覆盖，即偿债覆盖未检验（假设），申报前须由金融机构逐项测算。"
    return "方案已按情景设定的倍数检验项目收入对还本付息的覆盖。"


def _totals(facts: Facts, application: Application, suffix: str, where: str) -> None:
    chosen = application.funded
    status = "assumption" if application.illustrative else "estimate"
    _count(facts, f"n_funded{suffix}", len(chosen), f"{where}方案支持的项目数", "按方案计数")
    sums = {
        "investment": (chosen["investment_wan_yuan"] * chosen["fraction"], "万元", "支持项目总投资"),
        "financing": (application.financing["amount_wan_yuan"], "万元", "方案配置资金"),
        "reduction": (
            chosen["emission_reduction_t_per_year"].where(chosen["reduction_ranked"].astype(bool)) * chosen["fraction"],
            "tCO2e/年",
            "支持项目年减排量（保守口径）",
        ),
    }
    for name, (values, unit, label) in sums.items():
        known = pd.to_numeric(values).dropna()
        facts.add(
            f"{name}{suffix}",
            float(known.sum()),
            unit=unit,
            label=f"{where}{label}",
            status=status,
            source="投融资方案",
            rule="按支持的项目相加，可分割项目按比例计",
        )
