"""The project library: forms go in, every past state can be shown, nothing is lost."""

from __future__ import annotations

import difflib
import getpass
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

import geopandas as gpd
import pandas as pd

from fengwuwu.errors import InputError, LibraryError, Problem
from fengwuwu.projects import (
    assessment_basis,
    assessments,
    deciding,
    exchange,
    history,
    integrity,
    pending,
    resolving,
    store,
)
from fengwuwu.projects.database import Database
from fengwuwu.projects.history import Record
from fengwuwu.projects.history_table import history_table
from fengwuwu.projects.imports import import_form
from fengwuwu.projects.intake import read_form
from fengwuwu.projects.library_tables import VERSION_COLUMN
from fengwuwu.projects.location import database_at
from fengwuwu.projects.projects_table import projects_table
from fengwuwu.projects.result import ImportResult


class Library:
    """A project library: one GeoPackage, which QGIS opens, or a PostGIS database that several offices share.

    It is opened for each task only, so a `Library` may be kept, copied and given to other processes.
    `Library.open` is the way to get one.

    Attributes
    ----------
    database : Database
    backup : str
        Where the copy is that was made before a library of an older format was brought up to date; empty if none was.
    """

    def __init__(self, database: Database, backup: str = "") -> None:
        self.database = database
        self.backup = backup

    @classmethod
    def open(cls, location: Path | str, *, create: bool = True) -> Library:
        """Open a library, and bring one of an older format up to date after making a copy of it.

        Parameters
        ----------
        location : path or str
            The GeoPackage file, or a URL ``postgresql://user@host/database`` (extra ``postgis``).
        create : bool
            Whether to make it when absent.

        Raises
        ------
        LibraryError
            When it is absent and not to be made, is no library, damaged, of a newer format, or cannot be created.
        """
        database = database_at(location)
        return cls(database, store.prepare(database, create=create))

    @property
    def location(self) -> str:
        """Where it is, as it may be shown and written down: a path, or a URL without password."""
        return self.database.location

    @property
    def folder(self) -> Path:
        """Where files that belong to it go, such as rows that were refused."""
        return self.database.folder

    def close(self) -> None:
        """Nothing stays open; here so that a library can be used like a file."""

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Library({self.location!r})"

    @property
    def version(self) -> int:
        """Number of the newest version; 0 for an empty library."""
        with self.database.reading() as connection:
            return store.last_version(connection)

    @property
    def fingerprint(self) -> str:
        """Hash of the newest entry of the history chain, which stands for all before it; empty for an empty library."""
        with self.database.reading() as connection:
            return store.head(connection)

    def import_file(
        self,
        path: Path | str,
        *,
        by: str | None = None,
        reason: str = "",
        crs: str | None = None,
        output: Path | str | None = None,
    ) -> ImportResult:
        """Import an entry form, in one transaction.

        Parameters
        ----------
        path : path
            ``.xlsx``, ``.xls``, ``.csv``, ``.gpkg``, ``.geojson`` or ``.shp`` with Chinese headers.
        by : str, optional
            Who imports; the system user by default.
        reason : str
            Why, e.g. ``2026年三季度申报``.
        crs : str, optional
            System of the coordinates: ``EPSG:…``, ``gcj02`` or ``bd09``; what is not in degrees on CGCS2000 or WGS84
            is converted, and the row says how. A layer that names none needs it.
        output : path, optional
            Folder for ``<stem>.rejected.xlsx``; beside the library by default.

        Returns
        -------
        ImportResult
            Also when every row was rejected. A form that was imported before changes nothing. Rows without a known
            id are recognised by name, owner and place, wait for a person (see `pending`), or are new and numbered.

        Raises
        ------
        InputError
            When the file cannot be read as a form.
        LibraryError
            When the library cannot be written; it is then as before.
        """
        folder = Path(output) if output is not None else self.folder
        if not folder.is_dir():
            raise InputError("输出文件夹不存在。", where=str(folder), remedy="请先建立该文件夹。")
        form = read_form(path, crs)
        return import_form(self.database, form, by=by or _user(), reason=reason, folder=folder)

    def projects(self, as_of: history.AsOf | None = None) -> gpd.GeoDataFrame:
        """All projects, now or in a past state.

        Parameters
        ----------
        as_of : str, date, datetime or int, optional
            A day (to its end, in China), a time, or a version number.

        Returns
        -------
        geopandas.GeoDataFrame
            EPSG:4326, one row per project in order of entry. Columns: every key of `FIELDS` (numbers float with NaN,
            everything else str or None), ``intake_warnings`` and those of `decisions.COLUMNS` (text or None),
            ``library_version`` (int: the version that changed the project last), ``geometry`` (point or None).
            ``attrs``: ``library_version``, and ``labels`` (column to Chinese header).
        """
        with self.database.reading() as connection:
            if as_of is None:
                records, version = store.current(connection), store.last_version(connection)
            else:
                version = history.version_at(as_of, store.versions(connection))
                records = history.replay(entry for entry, _ in store.entries(connection, up_to=version))
        return projects_table(list(records.values()), version)

    def show(self, project_id: str) -> pd.Series:
        """One project as it stands.

        Raises
        ------
        LibraryError
            When there is no such project.
        """
        projects = self.projects()
        found = projects[projects["project_id"] == project_id]
        if found.empty:
            raise self._unknown(project_id, list(projects["project_id"]))
        return pd.Series(found.iloc[0], name=project_id)

    def history(self, project_id: str | None = None) -> pd.DataFrame:
        """Every change of one project, or of the whole library, oldest first.

        Parameters
        ----------
        project_id : str, optional
            All projects when not given. With a project come the rows that waited (``pending:1``) and were found to be
            it.

        Returns
        -------
        pandas.DataFrame
            One row per changed field: ``entry, version, at`` (UTC)``, by, reason, action, file, sha256, sheet, row,
            project_id, field, header`` (Chinese)``, old, new`` (text)``, hash`` (shared by the fields of one entry).

        Raises
        ------
        LibraryError
            When there is no such project.
        """
        with self.database.reading() as connection:
            entries = list(store.entries(connection, project_id=project_id))
            versions = store.versions(connection)
            known = [] if entries else list(store.current(connection))
        if not entries and project_id is not None:
            raise self._unknown(project_id, known)
        return history_table(entries, versions)

    def _unknown(self, project_id: str, known: list[str]) -> LibraryError:
        near = difflib.get_close_matches(project_id, known, n=3)
        remedy = f"是否为 {'、'.join(near)}？" if near else "可用 fengwuwu library list 查看全部编号。"
        return LibraryError(f"项目库中没有“{project_id}”。", where=self.location, remedy=remedy)

    def decide(
        self,
        project_id: str,
        status: str | None = None,
        reason: str = "",
        by: str | None = None,
        *,
        class_code: str | None = None,
        catalogue_code: str | None = None,
    ) -> None:
        """Record a person's decision beside the rules'; it counts until it is withdrawn or another supersedes it.

        Parameters
        ----------
        project_id : str
        status : str, optional
            Admission: key or label of `fengwuwu.vocabulary.ADMISSION`.
        reason : str
            Required.
        by : str, optional
            Who decides; the system user by default.
        class_code, catalogue_code : str, optional
            Code of ``taxonomy_classes`` or ``green_catalogue_2025``; ``无`` when it belongs to none.

        Raises
        ------
        LibraryError, InputError
            When there is no such project, value or reason, or nothing is decided; the library is then as before.
        """
        given = {"status": status, "class": class_code, "catalogue": catalogue_code}
        values = {kind: value for kind, value in given.items() if value is not None}
        with self.database.writing() as connection:
            project = self._known(project_id, store.current(connection))
            deciding.decide(connection, project, values, by=by or _user(), reason=reason)

    def withdraw(self, project_id: str, reason: str, by: str | None = None, kinds: Collection[str] = ()) -> None:
        """Take decisions back, so that the rules count again; this too is recorded.

        Parameters
        ----------
        project_id : str
        reason : str
            Required.
        by : str, optional
            Who withdraws; the system user by default.
        kinds : collection of {"status", "class", "catalogue"}
            Which; every decision on the project when empty.

        Raises
        ------
        LibraryError, InputError
            When there is no such project or decision, or no reason; the library is then as before.
        """
        with self.database.writing() as connection:
            project = self._known(project_id, store.current(connection))
            deciding.withdraw(connection, project, kinds, by=by or _user(), reason=reason)

    def pending(self) -> pd.DataFrame:
        """Rows that may be a known project under another name and wait for a person.

        Returns
        -------
        pandas.DataFrame
            One row per waiting row, in order of entry: ``entry`` (number for `resolve`)``, at`` (UTC)``, by, reason,
            file, sheet, row, project_id`` (as the form gives it)``, project_name, owner, county, township``,
            ``candidates`` (ids, the likeliest first) and ``likeness`` (how alike each is and in what, in words), both
            joined by ``;``.
        """
        with self.database.reading() as connection:
            return pending.table(store.pending_rows(connection), store.versions(connection))

    def resolve(
        self, entry: int, same_as: str | None = None, new: bool = False, by: str | None = None, reason: str = ""
    ) -> resolving.Resolved:
        """Say what a row that waits is; later rows of the same description are then taken the same way.

        Parameters
        ----------
        entry : int
            Number of the row, see `pending`.
        same_as : str, optional
            The known project of which it becomes a new version. What a later form has changed since stays as it is.
        new : bool
            It is a new project, under the id the form gives or one of the library.
        by : str, optional
            Who says so; the system user by default.
        reason : str

        Returns
        -------
        Resolved
            ``project_id`` and ``outcome``.

        Raises
        ------
        LibraryError, InputError
            When no such row waits, there is no such project, or the row cannot stand as what it is said to be; the
            library is then as before.
        """
        if (same_as is None) is not new:
            raise InputError(
                "请写明此行是哪个项目，或者是新项目。", remedy="--same-as 项目编号 与 --new 须给出其中一个。"
            )
        with self.database.writing() as connection:
            if same_as is not None:
                self._known(same_as, store.current(connection))
            return resolving.resolve(connection, entry, same_as, by=by or _user(), reason=reason)

    def _known(self, project_id: str, known: dict[str, Record]) -> Record:
        if project_id not in known:
            raise self._unknown(project_id, list(known))
        return known[project_id]

    def save_assessment(self, assessed: pd.DataFrame) -> None:
        """Keep the columns an assessment added, in place of those kept before.

        Parameters
        ----------
        assessed : pandas.DataFrame
            What `projects` gave, with further columns. The version it was read at is taken from ``attrs``, else the
            present one.

        Raises
        ------
        LibraryError
            When a project is unknown or stands twice.
        """
        with self.database.writing() as connection:
            assessments.must_be_of(assessed, store.current(connection), self.location)
            version = int(assessed.attrs.get(VERSION_COLUMN, store.last_version(connection)))
            assessments.save(connection, assessed, version, assessment_basis.basis(self.location))

    def assessed(self) -> gpd.GeoDataFrame:
        """All projects with the columns kept by `save_assessment`.

        Returns
        -------
        geopandas.GeoDataFrame
            As `projects`, with the added columns, ``assessed_version`` (float; NaN when not assessed),
            ``assessment_changes`` (Chinese: which factors, methods, rules or layers changed since; else None) and
            ``assessment_stale`` (bool: never assessed, or the project or what its result rests on changed since).

        Raises
        ------
        LibraryError
            When nothing has been assessed yet.
        """
        with self.database.reading() as connection:
            kept, before = assessments.load(connection), assessments.basis(connection)
            records, version = store.current(connection), store.last_version(connection)
        if kept is None:
            raise LibraryError("项目库还没有评估结果。", where=self.location, remedy="请先运行 fengwuwu assess。")
        projects = projects_table(list(records.values()), version)
        return assessments.joined(projects, kept, before, assessment_basis.basis(self.location))

    def export(self, path: Path | str) -> Path:
        """Write all projects; what is written imports again without a change.

        Parameters
        ----------
        path : path
            ``.xlsx`` and ``.csv`` carry Chinese headers and labels, ``.gpkg`` and ``.geojson`` keys.
        """
        return exchange.export(self.projects(), Path(path))

    def check(self) -> list[Problem]:
        """Whether the file is sound, the hash chain unbroken, and the current layer equal to the replayed history."""
        return integrity.check(self.database)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "未署名"
