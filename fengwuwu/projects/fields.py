"""The columns of one project: key, Chinese header, unit, type, allowed values. Everything else follows from here.

The same list makes the entry form, reads it, checks it (``schema``), and labels tables for users.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fengwuwu import vocabulary as words

Kind = Literal["text", "number", "integer", "year", "counties", "choice", "list", "mapping", "yes_no"]


@dataclass(frozen=True)
class Field:
    """One column of the project table.

    Attributes
    ----------
    key : str
        Column name in tables; carries the unit where there is one.
    header : str
        Chinese header without unit.
    kind : str
        ``text``, ``number`` (float), ``integer``, ``year`` (four digits), ``counties`` (full names joined by ``;``),
        ``choice`` (a key of `choices`), ``list`` (``a;b``), ``mapping`` (``key=value;key=value``), ``yes_no``.
    unit : str
        Unit after conversion; empty when dimensionless or text.
    choices : mapping of str to str
        Allowed keys and their Chinese labels.
    required : bool
        A row without it is rejected.
    minimum, maximum : float or None
        Closed bounds of a number.
    synonyms : tuple of str
        Other headers that mean the same.
    hint : str
        Chinese help shown in the form.
    """

    key: str
    header: str
    kind: Kind = "text"
    unit: str = ""
    choices: Mapping[str, str] | None = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    synonyms: tuple[str, ...] = ()
    hint: str = ""

    @property
    def full_header(self) -> str:
        """Header with its unit, as it stands in forms: ``总投资（万元）``."""
        return f"{self.header}（{self.unit}）" if self.unit else self.header


# `technology` has its choices in data/reference/technologies.csv; schema.py checks it against them.
FIELDS: tuple[Field, ...] = (
    Field("project_id", "项目编号", required=True, synonyms=("编号", "项目ID"), hint="在本库内唯一，例如 FJ-0001"),
    Field("project_name", "项目名称", required=True, synonyms=("名称", "项目", "工程名称")),
    Field("project_code", "统一项目代码", synonyms=("项目代码", "投资项目代码"), hint="投资项目在线审批监管平台代码"),
    Field("data_kind", "数据性质", "choice", choices=words.DATA_KIND, hint="留空按“申报”"),
    Field(
        "owner", "申报单位", synonyms=("项目单位", "业主", "项目业主", "项目法人", "建设单位", "实施单位", "单位名称")
    ),
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
    Field("technology", "技术类型", "choice", synonyms=("技术路线", "项目类型"), hint="见“技术类型”下拉表"),
    Field("category", "行业大类", "choice", choices=words.CATEGORY, hint="留空按技术类型"),
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
    Field("annual_output", "年产出", "number", hint="按技术类型的含义，如年上网电量"),
    Field("annual_output_unit", "年产出单位"),
    Field("full_load_hours", "年等效利用小时数", "number", "h", minimum=0, maximum=8784, synonyms=("利用小时",)),
    Field(
        "stage",
        "项目阶段",
        "choice",
        choices=words.STAGE,
        synonyms=("阶段", "进展", "项目进展", "项目状态", "建设阶段"),
    ),
    Field("construction_start_year", "开工年份", "year", synonyms=("开工年", "开工时间", "开工日期")),
    Field("completion_year", "竣工年份", "year", synonyms=("竣工年", "竣工时间", "建成年份", "投运年份")),
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
        "financing_need_wan_yuan",
        "融资需求",
        "number",
        "万元",
        minimum=0,
        synonyms=("资金需求", "拟融资额", "融资需求额"),
    ),
    Field("capital_ratio_min", "最低资本金比例", "number", minimum=0, maximum=1, hint="0–1；留空按规定"),
    Field("annual_revenue_wan_yuan", "年收入", "number", "万元", minimum=0, synonyms=("年营业收入",)),
    Field("claimed_reduction_t_per_year", "申报年减排量", "number", "tCO2e", synonyms=("年减排量",)),
    Field("declared_benefit", "申报效益类型", "choice", choices=words.BENEFIT, hint="减缓、适应、双重或无"),
    Field("climate_fraction", "气候友好投资占比", "number", minimum=0, maximum=1, hint="0–1；留空按分类"),
    Field("lifetime_years", "运行寿命", "integer", "年", minimum=1, maximum=100, synonyms=("寿命", "运营期")),
    Field("construction_years", "建设期", "integer", "年", minimum=1, maximum=15, synonyms=("建设年限", "建设周期")),
    Field("earliest_start", "最早开工年", "year", hint="可开工的最早年份"),
    Field("latest_start", "最晚开工年", "year", hint="留空为不限"),
    Field("construction_profile", "分年投资比例", "list", hint="如 0.4;0.6，合计为 1；留空按平均"),
    Field("divisible", "可分割", "yes_no", choices=words.YES_NO, hint="可按比例部分实施的打捆项目填“是”"),
    Field("exclusive_group", "互斥组", hint="同组项目至多实施一个"),
    Field("requires", "前置项目", "list", hint="前置项目编号；须先建成的写 编号@finish"),
    Field("locked", "锁定", "choice", choices=words.LOCKED),
    Field("eligible_instruments", "可用资金来源", "list", hint="资金来源代码，用分号隔开；留空按情景规则"),
    Field("instrument_share_max", "来源占比上限", "mapping", hint="如 green_loan=0.8"),
    Field("county_shares", "跨县投资分摊", "mapping", hint="如 奉节县=0.6;巫山县=0.4；未公布则留空"),
    Field("violation", "失信或重大环保违法", "yes_no", choices=words.YES_NO, hint="近三年；不清楚则留空"),
    Field("value_status", "数值状态", "choice", choices=words.VALUE_STATUS, hint="官方、估算、假设、未核实"),
    Field("source", "来源", synonyms=("数据来源", "依据")),
    Field("source_kind", "来源性质", "choice", choices=words.SOURCE_KIND),
    Field("note", "备注", synonyms=("说明",)),
)

BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}


def header(key: str) -> str:
    """Chinese header with unit for a column; the key itself when it is not a field."""
    return BY_KEY[key].full_header if key in BY_KEY else key
