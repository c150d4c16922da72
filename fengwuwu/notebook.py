"""The library and plan a notebook works on: those it was given, those of the last run, or new ones."""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from fengwuwu import paths
from fengwuwu.errors import InputError, ScenarioError
from fengwuwu.optimize import Scenario, allocate
from fengwuwu.projects import workspace
from fengwuwu.projects.assess import Context, assess
from fengwuwu.projects.library import Library
from fengwuwu.projects.site_layers import Layers

# The last run of `fengwuwu run`, seen from the workspace and from its notebooks folder.
BASELINE = "baseline"
LAST_RUN = (Path("reports/baseline"), Path("../reports/baseline"))


@dataclass(frozen=True)
class Opened:
    """A library and one Chinese sentence that says which one it is."""

    library: Library
    told: str

    @property
    def folder(self) -> Path:
        """Where the library is, and beside it what its imports refused."""
        return self.library.folder

    def projects(self, as_of: str = "") -> gpd.GeoDataFrame:
        """The projects at the end of a day (ISO), or now.

        Raises
        ------
        InputError
            When there were none, since nothing could be shown.
        """
        found = self.library.projects(as_of=as_of or None)
        if found.empty:
            when = f"截至 {as_of}，" if as_of else ""
            raise InputError(
                f"{when}项目库里没有项目。",
                where=self.library.database.name,
                remedy="请核对参数 as_of，或先导入申报表。",
            )
        return found

    def assessed(self, as_of: str = "") -> gpd.GeoDataFrame:
        """The same projects, assessed with the map layers that belong to the library."""
        return assess(self.projects(as_of), context=Context(layers=self.layers()))

    def layers(self) -> Layers:
        """The map layers that belong to the library."""
        return workspace.layers(self.library.location)


@dataclass(frozen=True)
class OpenedPlan:
    """A plan's file and one Chinese sentence that says which one it is."""

    path: Path
    told: str


def open_library(library: str = "") -> Opened:
    """Open the library a notebook was given.

    Parameters
    ----------
    library : str
        A library file, or the URL of a shared one; empty for that of the last ``fengwuwu run``, or, where there was
        none, a temporary one built from the shipped projects.

    Raises
    ------
    LibraryError
        When the library given is not there; looking into one must not create it.
    """
    if library:
        opened = Library.open(library, create=False)
        return Opened(opened, f"使用参数指定的项目库 {opened.database.name}。")
    for folder in LAST_RUN:
        if (path := folder / "library.gpkg").is_file():
            return Opened(Library.open(path), "使用最近一次 fengwuwu run 建立的项目库。")
    return Opened(_shipped(), "未找到已建的项目库，现用随软件附带的数据临时建库，关闭后不保留。")


def _shipped() -> Library:
    opened = Library.open(temporary_folder() / "library.gpkg")
    for form in paths.SHIPPED_FORMS:
        opened.import_file(form, by="笔记本", reason="载入随软件附带的数据")
    return opened


def open_plan(given: Opened, plan: str = "", scenario: str = "", as_of: str = "") -> OpenedPlan:
    """Find the plan a notebook was given, or make one.

    Parameters
    ----------
    given : Opened
        The library it belongs to.
    plan : str
        A ``plan.json``; empty for that of the last run, if `given` is its library and no scenario is asked for.
    scenario : str
        A scenario file, or the name of a shipped one; a plan is then made for it.
    as_of : str
        Date of the library (ISO) a new plan is made on.

    Raises
    ------
    InputError
        When the file given is not there.
    ScenarioError
        When no plan satisfies the scenario.
    """
    if plan:
        path = Path(plan)
        if not path.is_file():
            raise InputError("找不到方案文件。", where=str(path), remedy="请核对参数 plan，或留空。")
        return OpenedPlan(path, f"使用参数指定的方案 {path.name}。")
    made = given.folder / "plan.json"
    if not scenario and not as_of and given.folder in LAST_RUN and made.is_file():
        return OpenedPlan(made, "使用最近一次 fengwuwu run 的方案。")
    chosen = Scenario.load(scenario or BASELINE)
    new = allocate(given.assessed(as_of), chosen)
    if new.objective is None:
        raise ScenarioError(new.message, where=chosen.title, remedy="请修改情景后重新运行。")
    path = temporary_folder() / "plan.json"
    new.save(path)
    return OpenedPlan(path, f"按情景“{chosen.title}”现场求解，关闭后不保留。")


def temporary_folder() -> Path:
    """A folder that goes when the kernel ends."""
    folder = tempfile.TemporaryDirectory(prefix="fengwuwu-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return Path(folder.name)
