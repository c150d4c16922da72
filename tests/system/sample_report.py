"""A small but awkward report. What follows each line of ``# %%`` is one cell of a notebook; see conftest.py."""

# %%
import geopandas as gpd
import pandas as pd

from fengwuwu import geo
from fengwuwu.reporting import Column, MapLayer, Report, figures, maps, style

style.use_style()
kinds = ["分布式光伏", "风电", "抽水蓄能", "污水处理提标改造", "森林经营碳汇", "充电设施", "边坡防灾治理"]
counties = ["奉节县", "巫山县", "巫溪县"]
long = "（含配套送出线路与生态修复工程及智慧运维平台）"
projects = pd.DataFrame([
    {
        "project_id": f"SL-{i + 1:03d}",
        "project_name": f"示例{kinds[i % 7]}项目" + long * (i % 9 == 4),
        "county": counties[i % 3],
        "kind": kinds[i % 7],
        "data_kind": "illustrative",
        "investment_wan_yuan": None if i % 17 == 5 else 1200.0 + 431.7 * i,
        "reduction": None if i % 11 == 7 else 350.0 + 88.4 * i,
        "reduction_status": ["estimate", "assumption"][i % 5 == 0],
        "lon": 109.0 + (i * 37 % 61) / 70,
        "lat": 30.8 + (i * 11 % 59) / 75,
        "start_year": 2026 + i % 3,
    }
    for i in range(60)
])
points = gpd.GeoDataFrame(projects, geometry=gpd.points_from_xy(projects["lon"], projects["lat"]), crs="EPSG:4326")
points.loc[[3, 4], "geometry"] = None

# %%
report = Report(
    title="奉巫巫区域气候投融资试点申报材料（样例）",
    subtitle="供排版和浏览检查",
    organisation="样例编制单位",
    date_text="二〇二六年六月",
    notice="示例数据，不得作为申报依据",
    provenance={"数据截止": "2026-06-30", "参数": "county=region", "输入指纹": "0123456789abcdef", "版本": "0.1.0"},
)
facts = report.facts
facts.add("n_projects", len(projects), unit="个", label="项目数", rule="样例项目表的行数")
facts.add(
    "n_no_place",
    int(points.geometry.isna().sum()),
    unit="个",
    label="无坐标项目数",
    rule="样例项目表中坐标为空的行数",
)
facts.add(
    "reduction_total",
    projects["reduction"].sum(),
    unit="tCO2e/年",
    label="年减排量合计",
    year=2030,
    status="estimate",
    source="样例项目表",
    rule="各项目年减排量之和，不含待补充项目",
)
facts.add(
    "investment_total",
    projects["investment_wan_yuan"].sum(),
    unit="万元",
    label="总投资合计",
    status="assumption",
    source="样例项目表",
)
facts.add("forest", 0.6304, unit="", label="森林覆盖率", year=2022, status="official", source="样例公报")
facts.add("fai", None, unit="亿元", label="固定资产投资")
facts.add_year("base_year", 2026, label="基准年", source="样例参数")
facts.add_text("county", "奉巫巫区域")
facts.reference(
    "sample_plan",
    title="样例工作方案",
    number="样例〔2023〕1号",
    issuer="样例单位",
    date="2023-12-01",
    status="unverified",
)
facts.quote("sample_target", "到2025年，建立项目库", reference="sample_plan")

# %%
report.heading("试点基础")
report.heading("自然与经济", level=2)
report.paragraph(
    "{county}地处长江上游，森林覆盖率为{forest:%}，固定资产投资{fai}。{doc:sample_plan}提出：{sample_target}。"
    "以{base_year}为基准年，共谋划项目{n_projects}，见{table:projects}；总投资{investment_total:亿元}，"
    "年减排{reduction_total}，单位按 CO2 当量计，分布见{figure:map}。"
)
for _ in range(5):
    report.paragraph(
        "三县共处三峡库区腹心，山高谷深，生态地位重要。各县立足资源条件，统筹生态保护与产业发展，推动清洁能源、生态修复、"
        "绿色交通等领域项目成熟一批、入库一批、实施一批，资金安排做到来源可查、去向可追、效果可核，**不新增政府隐性债务**。"
    )
report.quote("坚持生态优先、绿色发展，到2025年，初步建立气候投融资政策体系。", reference="sample_plan")

# %%
report.heading("项目库与重点项目")
report.heading("项目构成", level=2)
report.heading("分类", level=3)
report.heading("减缓", level=4)
report.paragraph(
    "项目总数为{n_projects}，年减排{reduction_total}，见{figure:classes}和{table:kinds}，来源说明见{annex:sources}。"
)
by_kind = projects.groupby("kind", as_index=False).agg(n=("project_id", "size"), reduction=("reduction", "sum"))
report.table(
    by_kind,
    name="kinds",
    caption="分类型项目数与减排量",
    columns={"kind": "类型", "n": "项目数（个）", "reduction": Column("年减排量（tCO2e/年）", digits=0)},
    status_columns={"reduction": "estimate"},
    total_row=["n", "reduction"],
    source="样例项目表",
)
report.figure(
    figures.reductions_by_class(projects, label="kind", value="reduction", notice=report.notice),
    name="classes",
    caption="分类型年减排量",
    note="共{n_projects}，其中部分待补充",
    source="样例项目表",
)

# %%
labels = {"green_loan": "绿色贷款", "special_bond": "专项债券", "own": "自有资金"}
money = pd.DataFrame([
    {"instrument": key, "year": year, "amount_wan_yuan": 4000.0 + 900 * place * (year - 2025)}
    for year in (2026, 2027, 2028)
    for place, key in enumerate(labels)
])
report.figure(
    figures.financing_by_year(money, labels=labels, notice=report.notice), name="money", caption="分年资金来源"
)
report.paragraph("各年资金见{figure:money}。")

# %%
colours = style.colours(kinds)
outlines, river = geo.layer("counties"), geo.layer("yangtze")
shown = {
    "project_id": "编号",
    "project_name": "名称",
    "county": "县",
    "kind": "类型",
    "investment_wan_yuan": "总投资（万元）",
}
report.map(
    "map",
    "项目分布",
    layers=[
        MapLayer(outlines, "县界", fields={"county": "县"}, fill_opacity=0.06, colour="#666666"),
        MapLayer(river, "长江", colour=style.WATER, weight=3),
        MapLayer(points, "项目", fields=shown, county="county", kind="kind", colours=colours, fill_opacity=0.9),
    ],
    figure=maps.project_map(
        outlines,
        yangtze=river,
        towns=geo.layer("townships"),
        projects=points,
        kind="kind",
        kinds=colours,
        source="样例图层",
        notice=report.notice,
    ),
    kind_label="类型",
    note="另有{n_no_place}项目无坐标，未上图",
    source="样例图层",
)

# %%
report.table(
    projects,
    name="projects",
    caption="项目清单",
    columns={
        "project_id": "编号",
        "project_name": "项目名称",
        "county": "所在县",
        "kind": "类型",
        "start_year": "开工年份",
        "investment_wan_yuan": Column("总投资（万元）", digits=0),
        "reduction": Column("年减排量（tCO2e/年）", digits=0),
    },
    status_columns={"reduction": "reduction_status"},
    total_row=["investment_wan_yuan", "reduction"],
)

# %%
report.heading("保障措施")
report.paragraph("加强组织领导，压实工作责任。")
duties = pd.DataFrame({
    "单位": ["发展改革部门", "生态环境部门"],
    "职责": ["统筹项目谋划、审批与资金申报", "牵头试点、核算与信息披露"],
    "时限": ["长期", "每年年底前"],
})
report.table(duties, name="duties", caption="任务分工", illustrative=False)
report.signature("样例编制单位办公室", "二〇二六年六月三十日")

# %%
report.annex("项目卡片")
report.heading("示例项目")
report.paragraph("本附件用于检查版式。")
report.sources()
