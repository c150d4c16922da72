"""The projects and the plan seen from one county, or from the region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import pandas as pd

from fengwuwu import region, vocabulary
from fengwuwu.errors import InputError
from fengwuwu.optimize import Plan, studies
from fengwuwu.optimize.studies import Studies
from fengwuwu.projects import workspace
from fengwuwu.projects.library import Library
from fengwuwu.projects.siting_coverage import missing_layers
from fengwuwu.reporting.manifest import sha256


@dataclass(frozen=True)
class Application:
    """Everything one application is made from.

    Attributes
    ----------
    area : Area
        A county or the region.
    public : GeoDataFrame
        Assessed real projects from public reports that touch the area.
    candidates : GeoDataFrame
        Assessed projects the plan chose from (submitted, else illustrative) that touch the area.
    all_candidates : GeoDataFrame
        Those of the whole region.
    plan : Plan
        The plan of the whole region.
    inputs : mapping of str to str
        SHA-256 of the library and plan files by name.
    missing_layers : DataFrame
        The map layers without which siting rules of the candidates stay 无法判断 (`siting_coverage.missing_layers`).
    studies : Studies or None
        The trade-off and the like; None when nobody has computed them for this plan.
    """

    area: region.Area
    public: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    all_candidates: gpd.GeoDataFrame
    plan: Plan
    inputs: Mapping[str, str]
    missing_layers: pd.DataFrame
    studies: Studies | None = None

    @property
    def illustrative(self) -> bool:
        """Whether the plan was made on illustrative projects."""
        return self.plan.data_kind == "illustrative"

    @property
    def notice(self) -> str:
        """What every page must say; empty on a bureau's own projects."""
        return vocabulary.ILLUSTRATIVE_NOTICE if self.illustrative else ""

    @property
    def plan_note(self) -> str:
        """What stands below every table and figure of the plan: a scenario of the grid, the check that is left out."""
        unchecked = "偿债覆盖未检验（假设）" if self.plan.scenario.dscr is None else ""
        # Which scenario stands in `provenance`; its name has figures, and figures are facts.
        scenario = "减排量按电网因子逐年变化的情景核算（假设），情景见来源" if self.plan.grid_path else ""
        return "；".join(part for part in (scenario, unchecked) if part)

    @property
    def plan_remarks(self) -> str:
        """What else the plan says of itself, such as floors not applied for want of projects."""
        return "".join(note if note.endswith("。") else f"{note}。" for note in self.plan.notes)

    @property
    def is_region(self) -> bool:
        """Whether this is the application of the three counties together."""
        return self.area is region.REGION

    @property
    def counties(self) -> tuple[region.Area, ...]:
        """The counties this application is about."""
        return region.COUNTIES if self.is_region else (self.area,)

    @property
    def lacks_work_plan(self) -> bool:
        """Whether a county of this application has published no work plan; so far only Fengjie has."""
        return any(area is not region.FENGJIE for area in self.counties)

    @property
    def whole(self) -> Application:
        """The same plan seen from the region; only its candidates are wider."""
        return replace(self, area=region.REGION, candidates=self.all_candidates)

    @property
    def set_aside(self) -> pd.DataFrame:
        """Candidates of this area that could not take part in the plan, and why."""
        aside = self.plan.set_aside
        return aside[aside["project_id"].isin(self.candidates["project_id"])]

    @property
    def decisions(self) -> pd.DataFrame:
        """The plan's decisions on the candidates of this area."""
        decisions = self.plan.decisions
        return decisions[decisions["project_id"].isin(self.candidates["project_id"])]

    @property
    def funded(self) -> pd.DataFrame:
        """Funded candidates of this area: decisions joined with the project's own columns."""
        chosen = self.decisions[self.decisions["funded"]]
        own = self.candidates.drop(columns=["geometry"]).drop(
            columns=[c for c in chosen.columns if c in self.candidates.columns and c != "project_id"]
        )
        return chosen.merge(own, on="project_id", how="left", validate="one_to_one")

    @property
    def financing(self) -> pd.DataFrame:
        """Money of the plan that goes to projects of this area, long table as in `Plan.financing`."""
        financing = self.plan.financing
        return financing[financing["project_id"].isin(self.candidates["project_id"])]

    @staticmethod
    def unknown_reductions(projects: pd.DataFrame) -> int:
        """Number of climate-friendly projects that should have a reduction and lack the data for it."""
        asked = projects["class_code"].notna() & projects["reduction_ranked"].astype(bool)
        return int((asked & projects["emission_reduction_t_per_year"].isna()).sum())

    def date_text(self, as_of: str) -> str:
        """Date on the title page: that of the data; left to be filled in when none was asked for."""
        if not as_of:
            return "（日期待填写）"
        day = date.fromisoformat(as_of)
        return f"{day.year}年{day.month}月{day.day}日"

    def provenance(self, as_of: str) -> dict[str, str]:
        """What the document was made from; no clock time and no path, so that a second run gives the same bytes."""
        return {
            "范围": self.area.name,
            "项目库截至": as_of or "当前状态",
            "情景": self.plan.scenario.name,
            **({"电网因子情景": self.plan.grid_path} if self.plan.grid_path else {}),
            "软件版本": f"fengwuwu {version('fengwuwu')}",
            **self.inputs,
        }


def touches(projects: pd.DataFrame, area: region.Area) -> pd.Series:
    """Which projects lie in the area, wholly or in part (boolean, same index)."""
    if area is region.REGION:
        return pd.Series(True, index=projects.index)
    return projects["county"].map(lambda cell: area.name in region.split_counties(cell)).astype(bool)


def load(county: str, library: str | Path, plan: str | Path, as_of: str = "") -> Application:
    """Read the library and the plan for one county or the region.

    Parameters
    ----------
    county : str
        Any spelling `region.area` understands.
    library : path or str
        A library file, or the URL of a shared one.
    plan : path
        A ``plan.json``.
    as_of : str
        Date (ISO) of the state of the library; empty for the current state.

    Raises
    ------
    LibraryError, InputError
        When the library or the plan is missing, or the plan has no values or knows projects the library does not.
    """
    area = region.area(county)
    if not Path(plan).is_file():
        raise InputError("找不到方案文件。", where=str(plan), remedy="先运行 fengwuwu run。")
    with Library.open(library, create=False) as opened:
        made = Plan.load(plan)
        projects = workspace.assessed(opened, as_of or None, grid_path=made.grid_path)
        layers = workspace.layers(opened.location)
    if made.objective is None:
        raise InputError("该方案没有可行解，不能据以写材料。", where=str(plan), remedy="请先修改情景并重新求解。")
    unknown = sorted(set(made.decisions["project_id"]) - set(projects["project_id"]))
    if unknown:
        raise InputError(
            f"方案里的项目在项目库中找不到：{'、'.join(unknown[:5])}{' 等' if len(unknown) > 5 else ''}。",
            where=str(plan),
            remedy="方案与项目库须对应；请用同一项目库重新求解。",
        )
    here = projects[touches(projects, area)]
    everywhere = projects[projects["data_kind"] == made.data_kind]
    return Application(
        area=area,
        public=here[here["data_kind"] == "public"],
        candidates=(candidates := everywhere[touches(everywhere, area)]),
        all_candidates=everywhere,
        plan=made,
        inputs={"方案校验值": sha256(Path(plan))[:16]},
        missing_layers=missing_layers(candidates, layers),
        studies=studies.find(Path(plan)),
    )
