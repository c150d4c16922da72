"""Where a library is: a path, or the URL of a shared database."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from fengwuwu.errors import LibraryError
from fengwuwu.layer_registry import REGISTRY_FILE
from fengwuwu.projects.database import Database
from fengwuwu.projects.geopackage_file import GeoPackageFile

_FOLDER = "FENGWUWU_WORKSPACE"
_SCHEMES = ("postgresql", "postgres")


def is_url(location: Path | str) -> bool:
    """Whether a location is a URL rather than a path."""
    return isinstance(location, str) and "://" in location


def database_at(location: Path | str) -> Database:
    """The database at a location; nothing is opened yet.

    Raises
    ------
    LibraryError
        When a URL cannot be read, or what it needs is not installed.
    """
    if not is_url(location):
        return GeoPackageFile(Path(location))
    try:
        url = make_url(str(location))
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in _SCHEMES or not url.database:
        raise LibraryError(
            "项目库的网址写法不对。",
            remedy="应为 postgresql://用户名@服务器/数据库；文件则直接写路径，如 library.gpkg。",
        )
    try:
        import geoalchemy2  # noqa: F401
        import psycopg  # noqa: F401
    except ImportError as error:
        raise LibraryError(
            "打开多单位共用的项目库还缺少组件。", remedy="请先安装：pip install fengwuwu[postgis]"
        ) from error
    from fengwuwu.projects.postgis import PostgisDatabase

    if url.password:
        # Processes that write reports open the library again; so it need stand in no parameter, file or message.
        os.environ["PGPASSWORD"] = str(url.password)
    return PostgisDatabase(url.set(drivername="postgresql+psycopg"))


def absolute(location: Path | str) -> str:
    """A location that means the same in another folder."""
    return str(location) if is_url(location) else str(Path(location).resolve())


def register(location: Path | str) -> Path:
    """The ``layers.toml`` that belongs to a library, whether it is there or not.

    Parameters
    ----------
    location : path or str
        The library's file, or its URL; then the working folder counts, also in the processes that write its reports.
    """
    if not is_url(location):
        return Path(location).resolve().parent / REGISTRY_FILE
    return Path(os.environ.setdefault(_FOLDER, str(Path.cwd()))) / REGISTRY_FILE
