"""Libraries of older formats come up to date, with a copy made first and nothing of theirs changed."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
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

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A library as format 1 wrote it: two projects, three rows, two versions."""
    return Path(shutil.copy(FIXTURES / "library_format_1.gpkg", tmp_path / "library.gpkg"))


@pytest.fixture
def third(tmp_path: Path) -> Path:
    """A library as format 3 wrote it: two projects, a decision taken back, a row that waited; seven versions."""
    return Path(shutil.copy(FIXTURES / "library_format_3.gpkg", tmp_path / "library.gpkg"))


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


class TestEntriesOfOneField:
    """Up to format 3 each field had an entry of its own; those stay, and count together with the newer ones."""

    @staticmethod
    def signed(path: Path) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(
                "SELECT entry, version, sheet, form_row, project_id, field, old, new, hash FROM history ORDER BY entry"
            ).fetchall()

    def test_they_stay_as_they_were_signed(self, third: Path) -> None:
        before, ends = self.signed(third), heads(third)
        library = Library.open(third)
        assert Path(library.backup).name == "library.format3-backup.gpkg"
        assert self.signed(third) == before
        assert heads(third) == ends
        assert library.check() == []
        told = library.history()[["entry", "version", "sheet", "row", "project_id", "field", "old", "new", "hash"]]
        assert [tuple(None if pd.isna(cell) else cell for cell in row) for row in told.to_numpy()] == before

    def test_every_state_is_still_there(self, third: Path) -> None:
        library = Library.open(third)
        states = [library.projects(as_of=version).set_index("project_id") for version in range(8)]
        assert [len(state) for state in states] == [0, 2, 2, 2, 2, 2, 2, 2]
        plant = [state.loc["示例-1"] for state in states[1:]]
        assert [state["investment_wan_yuan"] for state in plant] == [1200, *[1234.567] * 3, *[1500] * 3]
        assert [state["lon"] for state in plant] == [109.63, *[109.631234] * 3, *[109.63] * 3]
        assert [state["library_version"] for state in plant] == [1, 2, 2, 4, 5, 6, 6]
        assert [state["decided_admission_status"] for state in plant] == [*[None] * 3, *["admitted"] * 2, *[None] * 2]
        pd.testing.assert_frame_equal(library.projects(as_of=7), library.projects())

    def test_both_kinds_replay_together(self, third: Path, textfile: Callable[..., Path]) -> None:
        library = Library.open(third)
        before, signed = library.projects(), self.signed(third)
        form = textfile([["项目编号", "总投资（万元）", "备注"], ["示例-1", "", "新"], ["FJ-K0001", 310.5, "补报"]])
        assert library.import_file(form, by="录入员").updated == 2
        assert library.check() == []
        assert self.signed(third)[: len(signed)] == signed
        assert len(self.signed(third)) == len(signed) + 2
        assert library.history().tail(5)[["project_id", "field", "old", "new"]].fillna("").to_numpy().tolist() == [
            ["示例-1", "investment_wan_yuan", "1500", ""],
            ["示例-1", "note", "", "新"],
            [
                "示例-1",
                "intake_warnings",
                '备注：原值“示例“甲”，"引号"”改为空白（未知）。',
                "总投资：原值“1500”改为空白（未知）。",
            ],
            ["FJ-K0001", "investment_wan_yuan", "", "310.5"],
            ["FJ-K0001", "intake_warnings", "总投资：原值“300”改为空白（未知）。", ""],
        ]
        pd.testing.assert_frame_equal(library.projects(as_of=7), before)
        pd.testing.assert_frame_equal(library.projects(as_of=8), library.projects())
