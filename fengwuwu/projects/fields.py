"""The columns of one project, group by group as the form shows them. Everything else follows from here.

The same list makes the entry form, reads it, checks it (``schema``), and labels tables for users. The groups follow the
fields that published calls for climate-finance projects ask for; no official form was seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from fengwuwu import vocabulary as words
from fengwuwu.projects.field import Field as Field
from fengwuwu.projects.field import Kind as Kind

# `technology` has its choices in data/reference/technologies.csv; schema.py checks it against them.
GROUPS: Mapping[str, tuple[Field, ...]] = {
    "项目": (
        Field(
            "project_id",
            "项目编号",
            synonyms=("编号", "项目ID"),
            hint="在本库内唯一，例如 FJ-0001；没有则留空，由项目库编号",
        ),
        Field("project_name", "项目名称", required=True, synonyms=("名称", "项目", "工程名称")),
        Field(
            "project_code", "统一项目代码", synonyms=("项目代码", "投资项目代码"), hint="投资项目在线审批监管平台代码"
        ),
        Field("data_kind", "数据性质", "choice", choices=words.DATA_KIND, hint="留空按“申报”"),
        Field("filing_date", "申报日期", "date", synonyms=("填报日期", "填表日期"), hint="如 2026-09-30"),
        Field("form_version", "申报版本", hint="同一项目再次申报时递增，如 2"),
    ),
    "申报单位": (
        Field(
            "owner",
            "申报单位",
            synonyms=("项目单位", "业主", "项目业主", "项目法人", "建设单位", "实施单位", "单位名称"),
        ),
        Field("credit_code", "统一社会信用代码", synonyms=("社会信用代码", "信用代码"), hint="18 位"),
        Field("owner_kind", "单位性质", synonyms=("企业性质", "单位类型"), hint="如 国有企业、民营企业、事业单位"),
        Field("credit_status", "信用状况", hint="如 信用中国查询结果及日期"),
        Field(
            "penalties",
            "近三年环保处罚",
            synonyms=("环保处罚",),
            hint="写明日期和文号；没有请写“经查没有”，不清楚则留空",
        ),
    ),
    "位置": (
        Field(
            "county",
            "所在县",
            "counties",
            required=True,
            synonyms=("县", "区县", "县（区）", "区（县）", "所在区县", "所属区县", "所属县"),
            hint="跨县项目用分号隔开",
        ),
        Field("township", "乡镇", synonyms=("乡镇（街道）", "所在乡镇", "建设地点")),
        Field("lon", "经度", "number", "°", minimum=73, maximum=136, synonyms=("东经",), hint="CGCS2000/WGS84"),
        Field("lat", "纬度", "number", "°", minimum=3, maximum=54, synonyms=("北纬",), hint="CGCS2000/WGS84"),
        Field("location_radius_km", "位置误差", "number", "km", minimum=0, hint="点位可能偏离的半径"),
        Field("location_basis", "位置依据"),
        Field(
            "site_geojson",
            "用地范围",
            synonyms=("范围", "用地范围GeoJSON"),
            hint="GeoJSON 图形，CGCS2000；图层文件导入时自动填写",
        ),
        Field("land_area_ha", "用地面积", "number", "公顷", minimum=0, synonyms=("占地面积", "总用地面积")),
        Field("land_kind", "用地地类", synonyms=("地类", "土地类型"), hint="按国土变更调查地类"),
    ),
    "类型与内容": (
        Field("technology", "技术类型", "choice", synonyms=("技术路线", "项目类型"), hint="见“技术类型”下拉表"),
        Field("category", "行业大类", "choice", choices=words.CATEGORY, hint="留空按技术类型"),
        Field(
            "declared_class",
            "申报气候分类",
            synonyms=("气候投融资分类",),
            hint="大类/中类/小类，如 减缓/低碳能源/低碳能源利用",
            short="dec_class",
        ),
        Field(
            "declared_catalogue_item",
            "申报绿金目录条目",
            synonyms=("绿色金融支持项目目录条目",),
            hint="2025 年版三级条目代码，如 4.2.1",
            short="dec_item",
        ),
        Field("industry_code", "行业代码", synonyms=("国民经济行业代码", "行业分类代码"), hint="GB/T 4754-2017"),
        Field("content", "建设内容与规模", synonyms=("建设内容", "主要建设内容")),
        Field(
            "capacity",
            "建设规模",
            "number",
            minimum=0,
            synonyms=("规模", "装机", "装机容量", "装机规模", "设计规模", "产能"),
            hint="数值；单位填在下一列",
        ),
        Field("capacity_unit", "规模单位", synonyms=("单位",)),
        Field("annual_output", "年产出", "number", hint="按技术类型的含义，如年上网电量", short="output"),
        Field("annual_output_unit", "年产出单位", short="outp_unit"),
        Field(
            "measured_output",
            "实测年产出",
            "number",
            hint="已投运项目一整年的计量值，含义同年产出；须填实测年份",
            short="meas_outp",
        ),
        Field("measured_output_unit", "实测年产出单位", short="meas_unit"),
        Field("measured_year", "实测年份", "year", hint="计量的年份", short="meas_year"),
        Field("full_load_hours", "年等效利用小时数", "number", "h", minimum=0, maximum=8784, synonyms=("利用小时",)),
        Field(
            "activity_figures",
            "核算补充数据",
            "figures",
            hint="部分技术类型核算减排另需的数，如 年替代柴油=120 t；可填的名称见“选项”表，多个用分号隔开",
            short="act_figs",
        ),
    ),
    "阶段与批复": (
        Field(
            "stage",
            "项目阶段",
            "choice",
            choices=words.STAGE,
            synonyms=("阶段", "进展", "项目进展", "项目状态", "建设阶段", "所处阶段"),
        ),
        Field(
            "construction_start_year",
            "开工年份",
            "year",
            synonyms=("开工年", "开工时间", "开工日期"),
            short="start_year",
        ),
        Field("completion_year", "竣工年份", "year", synonyms=("竣工年", "竣工时间", "建成年份", "投运年份")),
        Field(
            "approval_project",
            "立项批复文号",
            synonyms=("立项文号", "核准或备案文号", "备案文号", "核准文号"),
            hint="文号和日期；不需要办理请写“不涉及”",
        ),
        Field(
            "approval_land",
            "用地批复文号",
            synonyms=("用地预审与选址文号", "用地文号"),
            hint="文号和日期；不需要办理请写“不涉及”",
        ),
        Field(
            "approval_environment",
            "环评批复文号",
            synonyms=("环评文号",),
            hint="文号和日期；不需要办理请写“不涉及”",
            short="appr_env",
        ),
        Field(
            "approval_energy",
            "节能审查与碳评文号",
            synonyms=("节能审查文号", "能评文号"),
            hint="文号和日期；不需要办理请写“不涉及”",
            short="appr_energ",
        ),
        Field(
            "approval_forest",
            "用林用草批复文号",
            synonyms=("用林批复文号", "林地文号"),
            hint="文号和日期；不需要办理请写“不涉及”",
            short="appr_for",
        ),
        Field(
            "approval_flood",
            "洪评批复文号",
            synonyms=("洪水影响评价文号", "洪评文号"),
            hint="文号和日期；不需要办理请写“不涉及”",
            short="appr_flood",
        ),
        Field(
            "approval_geology",
            "地灾评估文号",
            synonyms=("地质灾害评估文号",),
            hint="文号和日期；不需要办理请写“不涉及”",
            short="appr_geo",
        ),
        Field(
            "approval_grid",
            "接入系统批复文号",
            synonyms=("接入系统文号", "接网文号"),
            hint="文号和日期；不需要办理请写“不涉及”",
            short="appr_grid",
        ),
    ),
    "资金": (
        Field(
            "investment_wan_yuan",
            "总投资",
            "number",
            "万元",
            minimum=0,
            synonyms=("总投资额", "投资总额", "项目总投资", "计划总投资", "投资"),
        ),
        Field(
            "own_capital_wan_yuan",
            "已落实资本金",
            "number",
            "万元",
            minimum=0,
            synonyms=("资本金", "自有资金", "已到位资本金"),
        ),
        Field(
            "paid_in_wan_yuan",
            "已到位资金",
            "number",
            "万元",
            minimum=0,
            synonyms=("到位资金",),
            hint="已实际到账的各类资金",
        ),
        Field(
            "financing_need_wan_yuan",
            "融资需求",
            "number",
            "万元",
            minimum=0,
            synonyms=("资金需求", "拟融资额", "融资需求额"),
        ),
        Field("capital_ratio_min", "最低资本金比例", "number", minimum=0, maximum=1, hint="0–1；留空按规定"),
        Field("annual_revenue_wan_yuan", "年收入", "number", "万元", minimum=0, synonyms=("年营业收入",)),
        Field(
            "expected_term_years",
            "期望融资期限",
            "number",
            "年",
            minimum=0,
            maximum=60,
            synonyms=("期望期限", "融资期限"),
        ),
        Field("expected_rate", "期望利率", "number", minimum=0, maximum=1, hint="年利率，0–1 的小数或百分数，如 3.5%"),
        Field("repayment_source", "还款来源"),
        Field("revenue_model", "收益模式", hint="如 售电收入、使用者付费、财政补助"),
    ),
    "减排效益": (
        Field(
            "claimed_reduction_t_per_year",
            "申报年减排量",
            "number",
            "tCO2e",
            synonyms=("年减排量",),
            short="claim_t_yr",
        ),
        Field(
            "claimed_factor",
            "申报所用电力因子",
            "number",
            "tCO2/MWh",
            minimum=0,
            maximum=2,
            synonyms=("电网因子", "电力排放因子", "电网排放因子"),
            hint="申报年减排量时采用的电网因子",
            short="claim_fac",
        ),
        Field("claimed_factor_area", "电力因子区域", hint="如 重庆、西南、华中、全国", short="claim_area"),
        Field(
            "benefit_claims",
            "已申领的环境权益",
            "list",
            synonyms=("环境权益", "碳信用与绿证"),
            hint="如 绿证:2024-2025;CCER:2026-2030；没有申领填“未申领”，不清楚留空",
            short="ben_claims",
        ),
        Field("crediting_years", "计入期", "number", "年", minimum=0, maximum=100),
        Field(
            "claimed_reduction_total",
            "申报计入期总减排量",
            "number",
            "tCO2e",
            synonyms=("计入期总量", "总减排量"),
            short="claim_tot",
        ),
        Field("baseline", "基准线", synonyms=("基准线情景",), hint="没有本项目时会怎样"),
        Field("methodology", "采用的方法学", synonyms=("方法学",)),
        Field("factor_version", "排放因子版本", synonyms=("因子版本",), hint="如 公告2025年第47号，重庆 2023 年"),
        Field("reduction_basis", "减排量数据来源", hint="实测、可研报告或估算", short="red_basis"),
        Field(
            "reduction_discount",
            "减排量折减系数",
            "number",
            minimum=0,
            maximum=1,
            synonyms=("折减系数",),
            hint="0–1；未折减填 1",
            short="red_disc",
        ),
        Field("declared_benefit", "申报效益类型", "choice", choices=words.BENEFIT, hint="减缓、适应、双重或无"),
        Field("climate_fraction", "气候友好投资占比", "number", minimum=0, maximum=1, hint="0–1；留空按分类"),
    ),
    "适应效益": (
        Field("beneficiaries", "受益人口", "number", "人", minimum=0),
        Field("benefit_area_ha", "受益面积", "number", "公顷", minimum=0),
        Field(
            "climate_risk",
            "应对的气候风险",
            synonyms=("气候风险类型", "风险类型"),
            hint="如 洪涝、滑坡、干旱、高温、森林火灾",
        ),
        Field("avoided_loss_wan_yuan", "年均降低损失", "number", "万元", minimum=0, synonyms=("降低损失",)),
    ),
    "融资安排": (
        Field("lifetime_years", "运行寿命", "integer", "年", minimum=1, maximum=100, synonyms=("寿命", "运营期")),
        Field(
            "construction_years",
            "建设期",
            "integer",
            "年",
            minimum=1,
            maximum=15,
            synonyms=("建设年限", "建设周期"),
            short="constr_yrs",
        ),
        Field("earliest_start", "最早开工年", "year", hint="可开工的最早年份"),
        Field("latest_start", "最晚开工年", "year", hint="留空为不限"),
        Field(
            "construction_profile", "分年投资比例", "list", hint="如 0.4;0.6，合计为 1；留空按平均", short="constr_prf"
        ),
        Field("divisible", "可分割", "yes_no", choices=words.YES_NO, hint="可按比例部分实施的打捆项目填“是”"),
        Field("exclusive_group", "互斥组", hint="同组项目至多实施一个"),
        Field("requires", "前置项目", "list", hint="前置项目编号；须先建成的写 编号@finish"),
        Field("locked", "锁定", "choice", choices=words.LOCKED),
        Field("eligible_instruments", "可用资金来源", "list", hint="资金来源代码，用分号隔开；留空按情景规则"),
        Field("instrument_share_max", "来源占比上限", "mapping", hint="如 green_loan=0.8"),
        Field("county_shares", "跨县投资分摊", "mapping", hint="如 奉节县=0.6;巫山县=0.4；未公布则留空"),
    ),
    "风险与合规": (
        Field("violation", "失信或重大环保违法", "yes_no", choices=words.YES_NO, hint="近三年；不清楚则留空"),
        Field("dnsh", "无重大损害自评", synonyms=("DNSH结果", "DNSH自评"), hint="对其他环境目标有无重大损害，写明依据"),
        Field("physical_risk", "项目自身物理风险", synonyms=("物理风险",), hint="项目会受哪些灾害影响、程度和依据"),
        Field("social_impact", "社会影响", hint="移民、征地、就业等"),
    ),
    "佐证材料": (
        Field("attachments", "附件", "list", hint="附件名称，用分号隔开"),
        Field("verification", "第三方核证", hint="机构、日期、结论"),
        Field("commitment", "承诺书", "yes_no", choices=words.YES_NO, hint="已签署承诺书填“是”"),
        Field("disclosure", "公开范围", hint="如 全部公开、仅公开汇总、不公开"),
    ),
    "数据来源": (
        Field("value_status", "数值状态", "choice", choices=words.VALUE_STATUS, hint="官方、估算、假设、未核实"),
        Field("source", "来源", synonyms=("数据来源", "依据")),
        Field("source_kind", "来源性质", "choice", choices=words.SOURCE_KIND),
        Field("note", "备注", synonyms=("说明",)),
    ),
}
FIELDS: tuple[Field, ...] = tuple(field for group in GROUPS.values() for field in group)

BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}


def header(key: str) -> str:
    """Chinese header with unit for a column; the key itself when it is not a field."""
    return BY_KEY[key].full_header if key in BY_KEY else key
