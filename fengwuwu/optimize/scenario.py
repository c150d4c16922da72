"""What money exists, who may use it, and which floors, caps and locks hold: one documented, strict model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from fengwuwu import region
from fengwuwu.vocabulary import CATEGORY

Benefit = Literal["mitigation", "adaptation", "both", "none"]
Status = Literal["official", "estimate", "assumption", "unverified", "unknown"]
Objective = Literal["emission_reduction", "climate_share"]
Solver = Literal["highs", "cbc", "pulp_highs"]
Kind = Literal["debt", "grant", "capital", "equity_like"]
Year = Annotated[int, Field(ge=2000, le=2100)]
Money = Annotated[float, Field(ge=0, le=1e9)]
Share = Annotated[float, Field(ge=0, le=1)]

KIND_LABELS: dict[str, str] = {"debt": "债务", "grant": "补助", "capital": "资本金", "equity_like": "权益型工具"}
OBJECTIVE_LABELS: dict[str, str] = {
    "emission_reduction": "减排量最大",
    "climate_share": "气候友好投资占固定资产投资比重最大",
    "lexicographic": "分级目标",
}
MEASURE_LABELS: dict[str, str] = {
    "financing": "融资额",
    "investment": "投资额",
    "count": "项目数",
    "reductions": "减排量",
    "climate_share": "气候友好投资占固定资产投资比重",
}
MEASURE_UNITS: dict[str, str] = {
    "financing": "万元",
    "investment": "万元",
    "count": "个",
    "reductions": "tCO2e",
    "climate_share": "比例",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, validate_default=True, frozen=True)


def _full_county(value: object) -> object:
    found = region.find(value)
    if found is None or found is region.REGION:
        raise ValueError(f"不认识的县名“{value}”，可用：{'、'.join(region.COUNTY_NAMES)}")
    return found.name


class _Sourced(_Strict):
    status: Status = Field("assumption", description="数值状态：官方、估算、假设、未核实")
    source: str = Field("", description="来源：发布机构、文件名、文号、日期")
    note: str = Field("", description="说明，随报告一并显示")


class Instrument(_Sourced):
    """One source of money: its terms, who may use it, and how much there is in which year."""

    label: str = Field(description="中文名称")
    kind: Kind = Field(description="性质：debt 债务、grant 补助、capital 资本金、equity_like 权益型工具")
    rate: float = Field(0.0, ge=0, le=0.5, description="年利率或年成本，0–1（自有资金默认 0）")
    tenor_years: int = Field(1, ge=1, le=60, description="期限（年）")
    grace_years: int = Field(0, ge=0, le=20, description="只付息的宽限期（年），须短于期限")
    share_max: Share = Field(1.0, description="占单个项目总投资的最高比例，0–1")
    project_max_wan_yuan: Money | None = Field(None, description="单个项目最高金额（万元），空为不限")
    counts_as_capital: bool | None = Field(None, description="是否计作资本金；空则债务不计、其余计入")
    cover_ratio: float | None = Field(
        None, ge=0, le=10, description="本来源自求平衡：年收入不低于本来源年还本付息的倍数；空为不检验"
    )
    eligible_categories: list[str] | None = Field(None, description="可支持的行业大类（代码），空为不限")
    eligible_technologies: list[str] | None = Field(None, description="可支持的技术类型（代码），空为不限")
    eligible_benefits: list[Benefit] | None = Field(None, description="可支持的效益类型（代码），空为不限")
    climate_fraction_min: Share = Field(0.0, description="项目气候友好投资占比的最低要求，0–1")
    unlimited: bool = Field(False, description="不设额度；与额度二者必居其一")
    carry_over: bool | None = Field(None, description="未用额度是否结转下年；空则按情景总则")
    budget_wan_yuan: dict[Year, Money] = Field(
        default_factory=dict, description="全区域分年额度（万元）；未列年份为 0；与分县额度同时有效"
    )
    county_budget_wan_yuan: dict[str, dict[Year, Money]] = Field(
        default_factory=dict, description="分县分年额度（万元）；没有全区域额度时，未列的县不能使用"
    )
    budget_status: Status = Field("assumption", description="额度的数值状态")
    budget_source: str = Field("", description="额度的来源")
    budget_note: str = Field("", description="额度的说明")

    @field_validator("county_budget_wan_yuan", mode="before")
    @classmethod
    def _counties(cls, value: Any) -> Any:
        return {_full_county(k): v for k, v in value.items()} if isinstance(value, dict) else value

    @field_validator("eligible_categories")
    @classmethod
    def _categories(cls, value: list[str] | None) -> list[str] | None:
        if unknown := [v for v in value or [] if v not in CATEGORY]:
            raise ValueError(f"不认识的行业大类 {'、'.join(unknown)}，可用：{'、'.join(CATEGORY)}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.unlimited == bool(self.budget_wan_yuan or self.county_budget_wan_yuan):
            raise ValueError("额度与 unlimited: true 须有且只有其一：没有额度的来源请写 unlimited: true")
        if self.grace_years >= self.tenor_years:
            raise ValueError("宽限期须短于期限")
        return self

    @property
    def is_capital(self) -> bool:
        """Whether it counts towards the minimum capital ratio."""
        return self.kind != "debt" if self.counts_as_capital is None else self.counts_as_capital

    @property
    def annual_service(self) -> float:
        """Debt service per year and 万元: level annuity over the years of repayment; amount ÷ years at zero rate."""
        if self.kind != "debt":
            return 0.0
        years = self.tenor_years - self.grace_years
        return 1 / years if self.rate == 0 else self.rate / (1 - (1 + self.rate) ** -years)


class Limit(_Sourced):
    """A floor or a cap on part of the plan."""

    label: str = Field(description="中文名称")
    sense: Literal["floor", "cap"] = Field(description="floor 下限，cap 上限")
    measure: Literal["financing", "investment", "count", "reductions", "climate_share"] = Field(
        "financing",
        description="对象：融资额（默认）、投资额、项目数（可分割项目按比例计）、减排量、"
        "climate_share 气候友好投资占固定资产投资的比重（含库外投资）",
    )
    value: float | None = Field(None, ge=0, le=1e12, description="数值：万元、个、tCO2e；比重为 0–1")
    percent: Share | None = Field(None, description="占方案同一对象总量的比例，0–1；与数值二者必居其一")
    county: str | None = Field(None, description="只计某县；跨县项目按公布的分摊比例计，未公布的不计")
    categories: list[str] | None = Field(None, description="只计这些行业大类（代码）")
    benefits: list[Benefit] | None = Field(None, description="只计这些效益类型（代码）；双重效益同时计入减缓和适应")
    instruments: list[str] | None = Field(None, description="只计这些资金来源（仅限融资额）")
    year: Year | None = Field(None, description="只计该年支出（仅限融资额、投资额、比重）")
    if_no_projects: Literal["keep", "waive"] = Field(
        "keep",
        description="下限的范围内没有可参加的项目时：keep 照旧执行（按比例的下限使方案为空），"
        "waive 不执行，并在方案中写明（不适用于上限和比重）",
    )

    @field_validator("county", mode="before")
    @classmethod
    def _county(cls, value: object) -> object:
        return None if value is None else _full_county(value)

    @field_validator("categories")
    @classmethod
    def _categories(cls, value: list[str] | None) -> list[str] | None:
        return Instrument._categories(value)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.value is None) == (self.percent is None):
            raise ValueError("value 与 percent 须有且只有其一")
        if self.instruments is not None and self.measure != "financing":
            raise ValueError("instruments 只适用于融资额（measure: financing）")
        if self.year is not None and self.measure not in ("financing", "investment", "climate_share"):
            raise ValueError("year 只适用于融资额、投资额和比重")
        if self.measure == "climate_share":
            if self.value is None or self.value > 1:
                raise ValueError("比重（climate_share）的 value 须为 0–1，不能用 percent")
            if self.categories is not None or self.benefits is not None:
                raise ValueError("比重（climate_share）按全部项目计，不能只计部分行业或效益类型")
        if self.if_no_projects == "waive" and (self.sense == "cap" or self.measure == "climate_share"):
            raise ValueError("if_no_projects: waive 只适用于下限，不适用于上限和比重（climate_share）")
        return self


class BaseInvestment(_Sourced):
    """Fixed-asset investment of one county outside the library, by year; the two parts do not overlap."""

    other_wan_yuan: dict[Year, Money] = Field(description="非气候友好部分 A（万元），分年")
    climate_wan_yuan: dict[Year, Money] = Field(description="气候友好部分 C（万元），分年")


class CountyDebt(_Sourced):
    """How much debt service a county can carry in a year."""

    max_annual_service_wan_yuan: Money = Field(description="年还本付息上限（万元/年）")
    existing_annual_service_wan_yuan: Money | None = Field(
        None, description="已有债务的年还本付息（万元/年），占用上限；空为未提供，不计，作为假设列出"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.room < 0:
            raise ValueError("已有债务的年还本付息超过了上限，容不下任何新债务：核对两个数")
        return self

    @property
    def room(self) -> float:
        """What the plan may add, 万元 a year."""
        return self.max_annual_service_wan_yuan - (self.existing_annual_service_wan_yuan or 0.0)


class Scenario(_Strict):
    """A financing scenario. Read it with `Scenario.load`, or build it in memory with `Scenario.model_validate`."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="英文短名，用作输出文件夹名")
    title: str = Field(description="中文标题")
    description: str = Field("", description="情景说明")
    start_years: list[Year] = Field(min_length=1, max_length=20, description="可选开工年")
    budget_years: list[Year] = Field(
        min_length=1, max_length=40, description="有资金安排的年份，连续；建设期不得超过末年"
    )
    instruments: dict[str, Instrument] = Field(min_length=1, description="资金来源，以英文代码为键")
    carry_over: bool = Field(True, description="未用额度结转下年（总则）")
    limits: dict[str, Limit] = Field(default_factory=dict, description="下限与上限，以英文代码为键")
    equity_like_max_share: Share = Field(0.5, description="权益型工具占全部资本金（含已有资本金）的最高比例")
    dscr: float | None = Field(1.2, ge=0, le=10, description="项目偿债覆盖倍数；null 为不检验，作为假设列出")
    county_debt: dict[str, CountyDebt] = Field(
        default_factory=dict,
        description="分县年还本付息上限，以县名为键；按入选项目等额本息合计，跨县项目按公布的分摊比例计；缺少的县不检验",
    )
    missing_revenue: Literal["no_debt", "unchecked"] = Field(
        "no_debt", description="未提供年收入的项目：no_debt 不得举债；unchecked 不检验，作为假设列出"
    )
    accounting_years: int = Field(20, ge=1, le=100, description="减排量核算期（年），自第一个可选开工年起，含末年")
    discount_rate: float = Field(0.0, ge=0, le=0.2, description="减排量折现率，默认 0（不折现）")
    own_capital_rate: float = Field(0.0, ge=0, le=0.5, description="已有资本金的年成本，仅用于资金成本比较")
    base_investment: dict[str, BaseInvestment] = Field(
        default_factory=dict, description="库外固定资产投资，以县名为键；缺少时不计算比重"
    )
    objective: Literal["emission_reduction", "climate_share", "lexicographic"] = Field(
        "emission_reduction", description="目标：减排量、气候友好投资比重、分级目标"
    )
    order: list[Objective] = Field(
        default=["emission_reduction", "climate_share"],
        min_length=1,
        max_length=2,
        description="分级目标的次序",
    )
    tolerance: Share = Field(0.0, description="分级目标：后一级优化时，前一级最优值允许的相对让步，0–1")
    gap: Share = Field(1e-6, description="要求的相对差距；不大于 1e-6 才可能称为已证明最优")
    time_limit: float = Field(120.0, gt=0, le=86400, description="求解总时限（秒）；到时给出当前最好方案及差距")
    solver: Solver = Field("highs", description="求解器：highs（默认）、cbc、pulp_highs")

    @field_validator("base_investment", "county_debt", mode="before")
    @classmethod
    def _counties(cls, value: Any) -> Any:
        return {_full_county(k): v for k, v in value.items()} if isinstance(value, dict) else value

    @field_validator("instruments", "limits")
    @classmethod
    def _ids(cls, value: dict[str, Any]) -> dict[str, Any]:
        if bad := [k for k in value if not k or not k.isascii() or not k.replace("_", "").isalnum()]:
            raise ValueError(f"代码只能用英文字母、数字和下划线：{'、'.join(bad)}")
        return value

    @field_validator("order")
    @classmethod
    def _order(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("分级目标不得重复")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        years = sorted(self.budget_years)
        if years != list(range(years[0], years[-1] + 1)):
            raise ValueError("budget_years 须为连续年份，不得重复")
        if outside := [s for s in self.start_years if s not in years]:
            raise ValueError(f"可选开工年 {outside} 不在 budget_years 之内")
        if len(set(self.start_years)) < len(self.start_years):
            raise ValueError("start_years 不得重复")
        for key, inst in self.instruments.items():
            listed = {*inst.budget_wan_yuan, *(y for b in inst.county_budget_wan_yuan.values() for y in b)}
            if extra := sorted(listed - set(years)):
                raise ValueError(f"资金来源 {key} 的额度年份 {extra} 不在 budget_years 之内")
        for key, limit in self.limits.items():
            if unknown := [i for i in limit.instruments or [] if i not in self.instruments]:
                raise ValueError(f"限制 {key} 提到不存在的资金来源 {'、'.join(unknown)}")
            if limit.year is not None and limit.year not in years:
                raise ValueError(f"限制 {key} 的年份 {limit.year} 不在 budget_years 之内")
            if limit.measure == "climate_share" and any(c not in self.base_investment for c in self.counted(limit)):
                raise ValueError(f"限制 {key} 是比重，base_investment 须给出{'、'.join(self.counted(limit))}全部年份")
        for county, base in self.base_investment.items():
            for part in (base.other_wan_yuan, base.climate_wan_yuan):
                if missing := [y for y in years if y not in part]:
                    raise ValueError(f"{county}库外固定资产投资缺少年份 {missing}；不清楚的请整县不填，不要填 0")
        if "climate_share" in self.goals and not self.share_known:
            raise ValueError("以气候友好投资比重为目标时，base_investment 须给出三县全部年份，且总额大于 0；可标为假设")
        return self

    @classmethod
    def load(cls, path: str | Path, *overlays: str | Path) -> Scenario:
        """Read a scenario file; later files overlay earlier ones.

        Parameters
        ----------
        path, *overlays : str or Path
            YAML or JSON files, or names of the scenarios that come with the package (``baseline``).
            A mapping is merged key by key; ``null`` removes an instrument or a limit; anything else replaces.
            A file may itself name the scenario it changes: ``extends: baseline``.

        Raises
        ------
        ScenarioError
            With file, key and remedy, for anything that is not a scenario.
        """
        from fengwuwu.optimize import scenario_files

        return scenario_files.load(cls, path, *overlays)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As in pydantic, but a fault is a `ScenarioError` in Chinese."""
        from fengwuwu.optimize import scenario_faults

        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise scenario_faults.explain(error) from None

    def changed(self, **changes: Any) -> Self:
        """The same scenario with some fields replaced, checked again."""
        return self.model_validate(self.model_dump() | changes)

    @property
    def goals(self) -> list[Objective]:
        """The objectives in their order."""
        return list(self.order) if self.objective == "lexicographic" else [self.objective]

    @property
    def years(self) -> list[int]:
        """Budget years, ascending."""
        return sorted(self.budget_years)

    @property
    def window(self) -> tuple[int, int]:
        """First and last year in which emission reductions count."""
        first = min(self.start_years)
        return first, first + self.accounting_years - 1

    @property
    def share_known(self) -> bool:
        """Whether the share of fixed-asset investment can be computed for the region."""
        bases = [self.base_investment.get(c) for c in region.COUNTY_NAMES]
        return (
            all(bases)
            and sum(sum(b.other_wan_yuan.values()) + sum(b.climate_wan_yuan.values()) for b in bases if b) > 0
        )

    @staticmethod
    def counted(limit: Limit) -> list[str]:
        """The counties whose fixed-asset investment a share of climate-friendly investment is about."""
        return list(region.COUNTY_NAMES) if limit.county is None else [limit.county]

    def carries(self, instrument: str) -> bool:
        """Whether unused money of an instrument stays available in later years."""
        own = self.instruments[instrument].carry_over
        return self.carry_over if own is None else own

    def assumptions(self) -> pd.DataFrame:
        """Every figure of the scenario with unit, status and note.

        Returns
        -------
        DataFrame
            Columns 项目, 数值, 单位, 状态, 来源, 说明 (all text), one row per figure or group of figures.
        """
        from fengwuwu.optimize.scenario_tables import assumptions

        return assumptions(self)
