"""A small report written without a kernel."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from fengwuwu.reporting import Report

NOTICE = "示例数据，不得作为申报依据"


def write_small_report(*, notice: str = NOTICE, total: float | None = 1234.0) -> Report:
    """Two chapters, two tables, a figure, an annex, a list of sources."""
    report = Report(
        "样例报告", subtitle="副标题", organisation="样例单位", date_text="二〇二六年", notice=notice,
        provenance={"数据截止": "2026-06-30", "参数": "county=wuxi"},
    )  # fmt: skip
    facts = report.facts
    facts.add(
        "total", total, unit="tCO2e/年", label="年减排量", year=2030, status="estimate", source="样例表", rule="求和"
    )
    facts.add("n", 3, unit="个", label="项目数", rule="行数")
    facts.reference("plan", title="工作方案", number="样例〔2023〕1号", issuer="样例单位", date="2023-12-01")
    report.heading("基础")
    report.heading("概况", level=2)
    report.paragraph("共{n}项目，年减排{total}，见{table:projects}、{figure:bars}和{annex:cards}。依据{doc:plan}。")
    frame = pd.DataFrame({"name": ["甲项目", "乙项目", "丙项目"], "cost": [1000.0, None, 250.0]})
    report.table(
        frame, name="projects", caption="项目", columns={"name": "名称", "cost": "总投资（万元）"}, total_row=["cost"]
    )
    report.heading("安排")
    report.paragraph("年减排{total}。")
    figure, axes = plt.subplots(figsize=(5, 2))
    axes.plot([0, 1])
    report.figure(figure, name="bars", caption="曲线")
    report.table(pd.DataFrame({"步骤": ["一", "二"]}), name="steps", caption="步骤", illustrative=False)
    report.signature("样例单位", "二〇二六年六月")
    report.annex("卡片", name="cards")
    report.heading("甲项目")
    report.sources()
    return report


@pytest.fixture
def small_report() -> Callable[..., Report]:
    """`write_small_report`."""
    return write_small_report
