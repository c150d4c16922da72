"""The chain as a whole: forms → library → assessment → plan → reports. The rooms do the work; this joins them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from fengwuwu import paths
from fengwuwu.errors import FengwuwuError, InputError, ScenarioError
from fengwuwu.optimize import Plan, Scenario, allocate, studies
from fengwuwu.optimize.robust import beside as robustness_beside
from fengwuwu.projects import grid_paths, workspace
from fengwuwu.projects.library import Library
from fengwuwu.projects.result import ImportResult
from fengwuwu.saying import Say, silent

if TYPE_CHECKING:
    from fengwuwu.reporting.batch import Outcome

SHIPPED_FORMS = paths.SHIPPED_FORMS
BASELINE = paths.SCENARIOS / "baseline.yaml"
DRAWS = 20  # enough to see which projects hold; about a minute for the shipped projects


@dataclass(frozen=True)
class RunResult:
    """What a whole run produced."""

    folder: Path
    imports: tuple[ImportResult, ...]
    plan: Plan
    outcomes: tuple[Outcome, ...]
    manifest: Path


def assess_library(library: Library, grading: str | None = None) -> gpd.GeoDataFrame:
    """Assess every project of the library as it stands now and keep the result in it; graded too where a profile is."""
    assessed = workspace.assessed(library, grading=grading)
    library.save_assessment(assessed)
    return assessed


def make_plan(
    assessed: gpd.GeoDataFrame, scenario_files: Sequence[Path], folder: Path, time_limit: float | None = None
) -> Plan:
    """Allocate on the assessed projects; writes ``plan.json`` and ``plan.xlsx`` into `folder`.

    `time_limit` in seconds takes the place of the scenario's.

    Raises
    ------
    ScenarioError
        When no plan satisfies the scenario; an earlier plan in the folder stays as it was.
    """
    scenario = Scenario.load(*scenario_files)
    plan = allocate(assessed, scenario if time_limit is None else scenario.changed(time_limit=time_limit))
    check_plan(plan, where="、".join(str(path) for path in scenario_files))
    write_plan(plan, folder)
    return plan


def check_plan(plan: Plan, where: str = "") -> None:
    """Refuse a plan without decisions, and one that the independent check finds fault with."""
    if plan.objective is None:
        raise ScenarioError(plan.message or "没有得到可行的方案。", where=where)
    if len(plan.verify()):
        raise FengwuwuError("方案未通过独立复核，没有写出。", remedy="这是程序的问题，请把情景与项目库发给开发者。")


def write_plan(plan: Plan, folder: Path, sheets: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Write a checked plan as ``plan.json`` and ``plan.xlsx`` into `folder`, with more `sheets` in the workbook.

    An analysis of robustness that lies there goes when the plan is another, even with the same decisions: its figures
    are of the plan before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.json"
    before = path.read_bytes() if path.is_file() else b""
    plan.save(path)
    if path.read_bytes() != before:
        robustness_beside.path(path).unlink(missing_ok=True)
    plan.to_excel(folder / "plan.xlsx", sheets)


def latest_plan(folder: Path = Path("reports")) -> Path:
    """The plan written last below `folder`."""
    found = sorted(folder.glob("*/plan.json"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise InputError(
            "还没有投融资方案。", where=str(folder), remedy="先运行 fengwuwu optimize，或用 --plan 指定方案文件。"
        )
    return found[-1]


def run(
    *,
    output: Path | None = None,
    library: Library | None = None,
    scenario_files: Sequence[Path] = (BASELINE,),
    plan_path: Path | None = None,
    grid_path: str | None = None,
    draws: int = DRAWS,
    by: str,
    workers: int | None = None,
    as_of: str = "",
    say: Say = silent,
) -> RunResult:
    """The main job: build the library, assess, allocate, and write all four applications.

    Parameters
    ----------
    output : Path, optional
        Folder of the results; by default ``reports/<scenario name>``.
    library : Library, optional
        A library to use as it is. Without it one is built in `output` from the shipped projects.
    scenario_files : sequence of Path
        A scenario and its overlays.
    plan_path : Path, optional
        An existing plan to report on instead of making one.
    grid_path : str, optional
        Path of the grid factor that a new plan counts reductions along; an existing plan keeps its own.
    draws : int
        Draws for the analysis of robustness; 0 leaves it out.
    by : str
        Who runs it, for the library's history.
    """
    from fengwuwu.applications import make_reports  # the writers of documents take seconds to load

    grid_paths.path(grid_path)
    folder = output or Path("reports") / Scenario.load(*scenario_files).name
    folder.mkdir(parents=True, exist_ok=True)
    imports: list[ImportResult] = []
    if library is None:
        library = Library.open(folder / "library.gpkg")
        say("一、建立项目库（随软件附带的公开项目与示例项目）")
        for form in SHIPPED_FORMS:
            result = library.import_file(form, by=by, reason="载入随软件附带的数据", output=folder)
            imports.append(result)
            say(f"  {result.summary()}")
    say("二、评估：分类、减排核算、选址、入库")
    assessed = assess_library(library)
    counts = assessed["admission_status"].isin(["demonstration", "admitted"]).sum()
    say(f"  {len(assessed)} 个项目，其中 {counts} 个达到入库条件")
    if plan_path is None:
        say("三、投融资方案")
        if grid_path:
            assessed = workspace.assessed(library, grid_path=grid_path)
        plan = make_plan(assessed, scenario_files, folder)
        plan_path = folder / "plan.json"
    else:
        plan = Plan.load(plan_path)
        if plan.grid_path:
            assessed = workspace.assessed(library, grid_path=plan.grid_path)
    say(f"  {plan.summary()}")
    say("四、方案分析：取舍曲线、增加资金的效果、联合与各自配置、稳健性")
    studies.make(assessed, plan_path, say=lambda text: say(f"  {text}"))
    if draws:
        try:
            found = robustness_beside.make(assessed, plan_path, draws, workers=workers)
            say(f"  已求得：稳健性（{len(found.draws)} 次抽样）")
        except FengwuwuError as error:  # the applications say that it is missing
            say(f"  没有稳健性分析：{error}")
    say("五、试点申报材料")
    outcomes, written = make_reports(library, plan_path, folder, workers=workers, as_of=as_of, say=say)
    return RunResult(folder, tuple(imports), plan, outcomes, written)
