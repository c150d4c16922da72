"""The trade-off curve, what more money buys, and joint against separate plans, as an application shows them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd

from fengwuwu import geo, vocabulary
from fengwuwu.optimize import Plan
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.studies import Studies
from fengwuwu.optimize.trade_off import Frontier, percent
from fengwuwu.reporting import figures, style, units
from fengwuwu.reporting.application.context import Application
from fengwuwu.reporting.application.library_tables import labelled
from fengwuwu.reporting.blocks import Choice, ChoicePoint
from fengwuwu.reporting.facts import Facts
from fengwuwu.reporting.figures.trade_off import share_digits
from fengwuwu.reporting.tables import Column, lay_out
from fengwuwu.reporting.webmap import MapLayer

INSIDE, OUTSIDE = "入选", "未入选"
SOURCE = "方案分析的取舍曲线"
MORE_COLUMNS: dict[str, str | Column] = {"label": "资金来源", "outcome": "减排量或比重的变化", "certain": "证明情况"}
SEPARATE_COLUMNS: dict[str, str | Column] = {
    "area": "范围",
    "side": "安排方式",
    "funded_count": "支持项目数",
    "financing_wan_yuan": Column("安排资金（万元）", digits=0),
    "investment_wan_yuan": Column("总投资（万元）", digits=0),
    "emission_reduction_t": Column("核算期减排量（tCO2e）", digits=0),
}
_FUNDED: dict[str, str | Column] = {
    "project_id": "编号",
    "project_name": "项目名称",
    "county": "所在县",
    "start_year": Column("开工年", grouping=False),
    "investment_wan_yuan": Column("总投资（万元）", digits=0),
    "financing_wan_yuan": Column("配置资金（万元）", digits=0),
    "reduction_shown": Column("年减排量（tCO2e）", align="right"),
}


def table(application: Application, studies: Studies, front: Frontier) -> pd.DataFrame:
    """The points of the curve, with what the figure marks: ``proven, current, knee`` and ``remark`` (Chinese)."""
    frame = front.table.copy()
    frame["proven"] = frame["status"] == "proven_optimal"
    frame["current"] = frame["point"] == (studies.point_of(application.plan) or 0)
    frame["status_label"] = [_status(*pair) for pair in zip(frame["status"], frame["gap"], strict=True)]
    words = [("本方案" if row["current"] else "", "建议讨论" if row["knee"] else "") for _, row in frame.iterrows()]
    frame["remark"] = ["、".join(filter(None, pair)) or None for pair in words]
    return frame


def _status(status: str, gap: float) -> str:
    label = STATUS_LABELS[status]
    return label if status == "proven_optimal" or gap != gap else f"{label}（差距 {percent(gap)}）"


def columns(front: Frontier) -> dict[str, str | Column]:
    """Headers for `table`; the share has as many decimals as tell the points apart."""
    return {
        "point": Column("点", align="center"),
        "emission_reduction_t": Column("核算期减排量（tCO2e）", digits=0),
        "climate_share": Column("比重（%）", percent=True, digits=share_digits(front.table["climate_share"])),
        "funded_count": "支持项目数",
        "financing_wan_yuan": Column("配置资金（万元）", digits=0),
        "status_label": "证明情况",
        "remark": Column("备注", missing="—"),
    }


def control(application: Application, studies: Studies, front: Frontier) -> dict[str, Any]:
    """Keyword arguments for `Report.map`: the printed curve, and the control of the web page with its map."""
    points = table(application, studies, front)
    projects = labelled(application.all_candidates)
    took_part = projects["project_id"].isin(application.plan.decisions["project_id"])
    projects = gpd.GeoDataFrame(projects[took_part], geometry="geometry", crs=application.all_candidates.crs)
    shown = points[points["emission_reduction_t"].notna()]
    start = max(studies.point_of(application.plan) or front.knee or 1, 1)
    order = list(shown["point"])
    made = [_point(row, front.plan(int(row["point"])), projects, front) for row in shown.to_dict("records")]
    first = made[order.index(start)] if start in order else made[0]
    projects["plan_state"] = [INSIDE if key in set(first.chosen) else OUTSIDE for key in projects["project_id"]]
    heads = lay_out(pd.DataFrame(columns=list(_FUNDED)), _FUNDED).columns
    for head, column in zip(heads, _FUNDED, strict=True):
        head.align = "left" if column in ("project_id", "project_name", "county") else "right"
    choice = Choice(
        x_label="气候友好投资占固定资产投资的比重（%）",
        y_label="核算期减排量（万tCO₂e）",
        x_digits=share_digits(front.table["climate_share"]),
        columns=heads,
        points=made,
        start=made.index(first),
        key="project_id",
        inside=INSIDE,
        outside=OUTSIDE,
    )
    fields = {"project_id": "编号", "project_name": "项目名称", "class_label": "分类"}
    colours = {INSIDE: style.PALETTE[0], OUTSIDE: "#FFFFFF"}
    layers = [
        MapLayer(
            geo.layer("counties"), "县界（示意图）", {"county": "县"}, colour="#6B6B6B", fill_opacity=0.05, weight=1.2
        ),
        MapLayer(geo.layer("yangtze"), "长江", {"name": "河流"}, colour=style.WATER, weight=3),
        MapLayer(
            projects, "参加配置的项目", fields, county="county", kind="plan_state", colours=colours, fill_opacity=0.9
        ),
    ]
    figure = figures.trade_off(points, notice=application.notice)
    return {"figure": figure, "choice": choice, "layers": layers, "kind_label": "方案"}


def _point(row: dict[Any, Any], plan: Plan, projects: pd.DataFrame, front: Frontier) -> ChoicePoint:
    chosen = plan.decisions[plan.decisions["funded"]].sort_values(["start_year", "project_id"], kind="stable")
    own = projects.set_index("project_id")
    money = plan.financing.groupby("project_id")["amount_wan_yuan"].sum()
    frame = pd.DataFrame({
        "project_id": chosen["project_id"],
        "project_name": chosen["project_id"].map(own["project_name"]),
        "county": chosen["county"].str.replace(";", "、"),
        "start_year": chosen["start_year"].astype("Int64"),
        "investment_wan_yuan": chosen["project_id"].map(own["investment_wan_yuan"]),
        "financing_wan_yuan": chosen["project_id"].map(money).fillna(0.0),
        "reduction_shown": chosen["project_id"].map(own["reduction_shown"]),
    })
    digits = share_digits(front.table["climate_share"])
    share = units.number(100 * row["climate_share"], digits)
    tonnes = units.number(row["emission_reduction_t"])
    return ChoicePoint(
        label=f"第 {row['point']} 点",
        x=round(100 * row["climate_share"], 6),
        y=round(row["emission_reduction_t"] / 1e4, 4),
        remark="、".join(part for part in (row["remark"], row["status_label"]) if isinstance(part, str)),
        hollow=not row["proven"],
        totals=[
            ("核算期减排量", units.join(tonnes, "tCO2e")),
            ("气候友好投资占固定资产投资的比重", f"{share}%"),
            ("支持项目", f"{len(chosen)} 个"),
            ("总投资", units.join(units.number(row["investment_wan_yuan"]), "万元")),
            ("配置资金", units.join(units.number(row["financing_wan_yuan"]), "万元")),
            ("证明情况", row["status_label"]),
        ],
        rows=lay_out(frame, _FUNDED).rows,
        chosen=list(chosen["project_id"]),
    )


def register(facts: Facts, application: Application, studies: Studies, front: Frontier) -> None:
    """Facts of the curve: its ends, the point suggested, and where the plan lies."""
    points = table(application, studies, front)
    known = points[points["emission_reduction_t"].notna()]
    status = "assumption" if application.illustrative else "estimate"
    rule = "逐点求解：比重不低于给定值时减排量最大，再使比重最大"
    facts.add("n_points", len(known), unit="个", label="取舍曲线的点数", source=SOURCE, rule="按曲线计数")
    facts.add(
        "n_points_proven",
        int(known["proven"].sum()),
        unit="个",
        label="其中已证明为有效点的点数",
        source=SOURCE,
        rule="按曲线计数",
    )
    digits = share_digits(front.table["climate_share"])
    for name, row, label in (
        ("most", known.iloc[0], "减排量最大的一点"),
        ("highest", known.iloc[-1], "比重最高的一点"),
    ):
        facts.add(
            f"{name}_reduction",
            row["emission_reduction_t"],
            unit="tCO2e",
            label=f"{label}的核算期减排量",
            status=status,
            source=SOURCE,
            rule=rule,
        )
        facts.add(
            f"{name}_share",
            100 * row["climate_share"],
            unit="%",
            digits=digits,
            label=f"{label}的比重",
            status=status,
            source=SOURCE,
            rule=rule,
        )
    facts.add_text("knee_reason", front.knee_reason.rstrip("。"), label="建议讨论的点", source=SOURCE)
    own = studies.point_of(application.plan)
    facts.add_text("own_point", f"第 {own} 点" if own else "不在曲线上", label="本方案在曲线上的位置", source=SOURCE)


def more_money(studies: Studies) -> pd.DataFrame:
    """What 1 亿元 more of each source is worth."""
    frame = studies.more_money.copy()
    frame["certain"] = ["已证明" if proven else "未证明" for proven in frame["proven"]]
    return frame


def separate(studies: Studies) -> pd.DataFrame:
    """Joint against separate, a row per area and side."""
    assert studies.separate is not None
    return studies.separate.table


def register_separate(facts: Facts, application: Application, studies: Studies) -> None:
    """Facts ``joint_gain`` (tCO2e, may be missing), ``joint_verb`` and ``joint_proof``."""
    apart = studies.separate
    assert apart is not None
    gain = apart.gain_t
    facts.add(
        "joint_gain",
        None if gain is None else abs(gain),
        unit="tCO2e",
        label="联合配置与各自配置的核算期减排量之差",
        status=None if gain is None else "assumption" if application.illustrative else "estimate",
        source="" if gain is None else "方案分析中联合与各自配置的比较",
        rule="三县联合方案减去三县各自方案之和",
    )
    facts.add_text(
        "joint_verb", None if gain is None else "多" if gain >= 0 else "少", label="联合配置的减排量较各自配置"
    )
    facts.add_text("joint_proof", "已证明" if apart.proven else "未证明，只是时限内得到的结果", label="证明情况")


def single(front: Frontier) -> bool:
    """Whether the curve is one point, so that there is nothing to trade off."""
    return int(front.table["emission_reduction_t"].notna().sum()) == 1


def all_proven(front: Frontier) -> bool:
    """Whether every point of the curve is proven, none missing."""
    return bool((front.table["status"] == "proven_optimal").all())


def unavailable(studies: Studies | None) -> str:
    """Why there is no curve, for a sentence."""
    if studies is None:
        return "尚未对本方案求取舍曲线"
    return studies.frontier_reason.rstrip("。") or vocabulary.VALUE_STATUS["unknown"]
