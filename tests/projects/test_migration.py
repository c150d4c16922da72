"""Libraries of older formats come up to date, with a copy made first and nothing of theirs changed."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from fengwuwu.cli import main
from fengwuwu.errors import LibraryError
from fengwuwu.projects import migration
from fengwuwu.projects.library import Library
from fengwuwu.projects.library_tables import FORMAT

OLD = Path(__file__).parents[1] / "fixtures" / "library_format_1.gpkg"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A library as format 1 wrote it: two projects, three rows, two versions."""
    return Path(shutil.copy(OLD, tmp_path / "library.gpkg"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def heads(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT version, entries, head FROM versions").fetchall()


def test_an_old_library_keeps_every_version(old: Path) -> None:
    before = heads(old)
    library = Library.open(old)
    assert library.check() == []
    assert library.projects()["investment_wan_yuan"].tolist()[0] == 1200
    assert library.projects(as_of=1)["investment_wan_yuan"].tolist()[0] == 1000
    assert library.history("示例-1")["by"].unique().tolist() == ["录入员"]
    assert heads(old) == before
    library.decide("示例-1", "admitted", "已核实", "李科")
    assert library.check() == []
    assert pd.isna(library.projects(as_of=2)["decided_admission_status"][0])


def test_a_copy_is_made_first_and_once(old: Path, tmp_path: Path) -> None:
    before = sqlite3.connect(old)
    with closing(before):
        content = list(before.iterdump())
    library = Library.open(old)
    copy = tmp_path / "library.format1-backup.gpkg"
    assert Path(library.backup) == copy
    with closing(sqlite3.connect(copy)) as connection:
        assert list(connection.iterdump()) == content
    assert Library.open(old).backup == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library.format1-backup.gpkg", "library.gpkg"]


def test_an_earlier_copy_is_not_overwritten(old: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "library.format1-backup.gpkg"
    earlier.write_bytes(b"kept")
    assert Path(Library.open(old).backup).name == "library.format1-backup-2.gpkg"
    assert earlier.read_bytes() == b"kept"


def test_a_failure_leaves_the_old_library(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(old)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(migration, "update", fail)  # the last step
    with pytest.raises(KeyboardInterrupt):
        Library.open(old)
    assert digest(old) == before
    monkeypatch.undo()
    assert Library.open(old).check() == []


def test_no_copy_no_migration(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(old)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(LibraryError, match="副本写不出来"):
        Library.open(old)
    assert digest(old) == before


def test_the_user_is_told(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["library", "list", "--library", str(old)]) == 0
    told = capsys.readouterr().err
    assert "library.format1-backup.gpkg" in told
    assert main(["library", "list", "--library", str(old)]) == 0
    assert capsys.readouterr().err == ""


def test_a_missing_column_is_added_wherever_the_library_is_kept(library: Library) -> None:
    with library.database.writing() as connection:
        connection.execute(text("ALTER TABLE projects DROP COLUMN decided_admission_status"))
        connection.execute(text("UPDATE library_info SET value = '1' WHERE name = 'format'"))
    again = Library.open(library.location)
    assert again.backup
    assert again.check() == []
    with again.database.reading() as connection:
        assert migration.format_of(connection) == FORMAT
        assert "decided_admission_status" in again.database.columns(connection, "projects")
    assert Library.open(library.location).backup == ""
