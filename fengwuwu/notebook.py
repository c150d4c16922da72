"""The library a notebook works on: the one it was given, that of the last run, or one built from the shipped data."""

from __future__ import annotations

import atexit
import tempfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from fengwuwu import paths
from fengwuwu.errors import InputError
from fengwuwu.projects.library import Library

# The last run of `fengwuwu run`, seen from the workspace and from its notebooks folder.
LAST_RUN = (Path("reports/baseline"), Path("../reports/baseline"))


@dataclass(frozen=True)
class Opened:
    """A library and one Chinese sentence that says which one it is."""

    library: Library
    told: str

    @property
    def folder(self) -> Path:
        """Where the library is, and beside it what its imports refused."""
        return self.library.path.parent

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
                f"{when}项目库里没有项目。", where=self.library.path.name, remedy="请核对参数 as_of，或先导入申报表。"
            )
        return found


def open_library(library: str = "") -> Opened:
    """Open the library a notebook was given.

    Parameters
    ----------
    library : str
        A library file; empty for that of the last ``fengwuwu run``, or, where there was none, a temporary one built
        from the shipped projects.

    Raises
    ------
    InputError
        When the file given is not there; looking into a library must not create one.
    """
    if library:
        path = Path(library)
        if not path.is_file():
            raise InputError("找不到项目库。", where=str(path), remedy="请核对参数 library，或留空。")
        return Opened(Library.open(path), f"使用参数指定的项目库 {path.name}。")
    for folder in LAST_RUN:
        if (path := folder / "library.gpkg").is_file():
            return Opened(Library.open(path), "使用最近一次 fengwuwu run 建立的项目库。")
    return Opened(_shipped(), "未找到已建的项目库，现用随软件附带的数据临时建库，关闭后不保留。")


def _shipped() -> Library:
    opened = Library.open(temporary_folder() / "library.gpkg")
    for form in paths.SHIPPED_FORMS:
        opened.import_file(form, by="笔记本", reason="载入随软件附带的数据")
    return opened


def temporary_folder() -> Path:
    """A folder that goes when the kernel ends."""
    folder = tempfile.TemporaryDirectory(prefix="fengwuwu-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return Path(folder.name)
