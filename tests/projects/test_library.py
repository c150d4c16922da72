"""The library: versions, history, past states, one transaction, clear refusals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import text

from fengwuwu.errors import InputError, LibraryError
from fengwuwu.projects import database, decisions, history, imports, store
from fengwuwu.projects.fields import FIELDS
from fengwuwu.projects.library import Library

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）", "经度", "纬度"]
TWO = [HEAD, ["FJ-1", "甲", "奉节县", 100, 109.46, 31.02], ["WX-1", "乙", "巫溪县", None, None, None]]


def later(rows: list[list[object]], **changes: object) -> list[list[object]]:
    """The rows with the investment of some projects changed."""
    return [[*row[:3], changes.get(str(row[0]).replace("-", "_"), row[3]), *row[4:]] for row in rows]


def test_projects_are_documented_columns_with_points(library: Library, workbook: Make) -> None:
    library.import_file(workbook(TWO))
    projects = library.projects()
    assert isinstance(projects, gpd.GeoDataFrame)
    assert projects.crs.to_epsg() == 4326
    own = [*(f.key for f in FIELDS), "intake_warnings", *decisions.COLUMNS]
    assert [*projects.columns] == [*own, "library_version", "geometry"]
    for field in FIELDS:
        numeric = field.kind in ("number", "integer", "year")
        assert projects[field.key].dtype == (float if numeric else object)
    assert projects["owner"].tolist() == [None, None]
    assert projects["data_kind"].tolist() == ["submitted", "submitted"]
    assert pd.isna(projects["investment_wan_yuan"][1])
    assert (projects.geometry[0].x, projects.geometry[0].y) == (109.46, 31.02)
    assert projects.geometry[1] is None
    assert projects.attrs["labels"]["investment_wan_yuan"] == "总投资（万元）"


def test_empty_library(library: Library) -> None:
    projects = library.projects()
    assert len(projects) == 0
    assert projects.crs.to_epsg() == 4326
    assert library.check() == []
    with pytest.raises(LibraryError, match="还没有评估"):
        library.assessed()


def test_the_same_content_changes_nothing_whatever_the_file(library: Library, workbook: Make, textfile: Make) -> None:
    first = library.import_file(workbook(TWO))
    assert (first.accepted, first.version) == (2, 1)
    for path in (workbook(TWO), workbook(TWO, name="other.xlsx"), textfile([[c or "" for c in row] for row in TWO])):
        result = library.import_file(path)
        assert (result.unchanged, result.version) == (2, 1)
        assert library.check() == []


def test_a_changed_row_becomes_a_version_with_who_when_why_and_where(library: Library, workbook: Make) -> None:
    library.import_file(workbook(TWO), by="甲员", reason="二季度")
    form = workbook(later(TWO, FJ_1=120), name="q3.xlsx")
    result = library.import_file(form, by="乙员", reason="三季度")
    assert (result.updated, result.unchanged) == (1, 1)
    last = library.history("FJ-1").iloc[-1]
    assert last[["field", "header", "old", "new", "by", "reason", "file", "sheet", "row", "version"]].tolist() == [
        "investment_wan_yuan",
        "总投资（万元）",
        "100",
        "120",
        "乙员",
        "三季度",
        "q3.xlsx",
        "项目",
        2,
        2,
    ]
    assert last["sha256"] == store_hash(form)
    assert dt.datetime.fromisoformat(last["at"]).utcoffset() == dt.timedelta(0)
    assert library.projects()["library_version"].tolist() == [2, 1]


def store_hash(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_past_states(library: Library, workbook: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    days = iter(["2026-06-30T12:00:00+08:00", "2026-09-30T23:30:00+08:00"])
    real = history.stamp
    monkeypatch.setattr(store.history, "stamp", lambda _: real(dt.datetime.fromisoformat(next(days))))
    library.import_file(workbook(TWO[:2]))
    library.import_file(workbook(later(TWO, FJ_1=120)))
    monkeypatch.undo()

    def investments(as_of: object) -> list[float]:
        return library.projects(as_of=as_of)["investment_wan_yuan"].fillna(-1).tolist()  # type: ignore[arg-type]

    assert investments("2026-06-29") == []
    assert investments("2026-06-30") == [100]
    assert investments(dt.date(2026, 9, 29)) == [100]
    assert investments("2026-09-30T23:00:00") == [100]
    assert investments("2026-09-30") == investments(None) == investments(2) == [120, -1]
    assert library.projects(as_of=1)["library_version"].tolist() == [1]
    pd.testing.assert_frame_equal(library.projects(as_of=2), library.projects())
    with pytest.raises(InputError, match="不是日期"):
        library.projects(as_of="去年")
    with pytest.raises(InputError, match="没有版本 9"):
        library.projects(as_of=9)


def test_columns_a_form_lacks_stay_and_blank_cells_become_unknown(library: Library, workbook: Make) -> None:
    library.import_file(workbook(TWO))
    partial = library.import_file(workbook([["项目编号", "总投资（万元）"], ["FJ-1", 130]]))
    assert partial.updated == 1
    assert library.show("FJ-1")[["project_name", "investment_wan_yuan", "lon"]].tolist() == ["甲", 130.0, 109.46]
    blank = library.import_file(workbook([["项目编号", "总投资（万元）"], ["FJ-1", None]]))
    assert blank.updated == 1
    assert blank.problems["message"].tolist() == ["原值“130”改为空白（未知）。"]
    assert pd.isna(library.show("FJ-1")["investment_wan_yuan"])


def test_a_partial_form_is_judged_with_what_is_known(library: Library, workbook: Make) -> None:
    library.import_file(workbook(TWO))
    result = library.import_file(workbook([["项目编号", "融资需求（万元）"], ["FJ-1", 500], ["ZZ-9", 1]]))
    assert result.rejected == 2
    assert "大于总投资" in result.problems["message"][0]


def test_an_approximate_figure_stays_so_until_it_is_replaced(library: Library, workbook: Make) -> None:
    library.import_file(workbook([HEAD, ["FJ-1", "甲", "奉节县", "约100", 109.9, 31.1]]))
    library.import_file(workbook([["项目编号", "项目名称", "经度", "纬度"], ["FJ-1", "甲改", 109.46, 31.02]]))
    assert library.show("FJ-1")["intake_warnings"] == "总投资：“约100”是约数，按 100 读取。"
    library.import_file(workbook([["项目编号", "总投资（万元）"], ["FJ-1", 104]]))
    assert library.show("FJ-1")["intake_warnings"] is None


def test_an_unknown_prerequisite_is_a_warning(library: Library, workbook: Make) -> None:
    rows = [
        ["项目编号", "项目名称", "所在县", "前置项目"],
        ["A1", "甲", "奉节县", "A2@finish;A3"],
        ["A2", "乙", "奉节县", None],
    ]
    assert library.import_file(workbook(rows)).problems["message"].tolist() == ["前置项目 A3 不在项目库中。"]


def test_unknown_project_suggests_near_ones(library: Library, workbook: Make) -> None:
    library.import_file(workbook(TWO))
    for look in (library.show, library.history):
        with pytest.raises(LibraryError, match="是否为 FJ-1"):
            look("FJ1")


def test_unknown_coordinate_system_is_refused(library: Library, workbook: Make) -> None:
    assert library.import_file(workbook(TWO), crs="EPSG:4490").accepted == 2
    with pytest.raises(InputError, match="不认识坐标系"):
        library.import_file(workbook(TWO), crs="火星坐标")


class TestAssessment:
    """Computed columns, kept beside the projects with the version they were made from."""

    def test_every_kind_of_column_comes_back(self, library: Library, workbook: Make) -> None:
        library.import_file(workbook(TWO))
        assessed = library.projects()
        assessed["class_code"] = ["M1", None]
        assessed["reduction"] = [1.5, float("nan")]
        assessed["count"] = [1, 2]
        assessed["ranked"] = [True, False]
        assessed["maybe"] = pd.Series([True, None], dtype=object)
        assessed["flags"] = pd.Series([["a", "b"], []], dtype=object)
        library.save_assessment(assessed)
        back = library.assessed()
        added = ["class_code", "reduction", "count", "ranked", "maybe", "flags"]
        pd.testing.assert_frame_equal(
            pd.DataFrame(back[added]).replace({None: float("nan")}),
            pd.DataFrame(assessed[added]).replace({None: float("nan")}),
            check_dtype=False,
        )
        assert back["assessment_stale"].tolist() == [False, False]
        assert back.crs.to_epsg() == 4326
        library.save_assessment(back)
        assert [*library.assessed().columns] == [*back.columns]
        assert library.check() == []

    def test_a_later_change_makes_it_stale(self, library: Library, workbook: Make) -> None:
        library.import_file(workbook(TWO))
        library.save_assessment(library.projects().assign(x=1.0))
        library.import_file(workbook([*later(TWO, FJ_1=120), ["FJ-2", "丙", "奉节县", 1, None, None]]))
        back = library.assessed()
        assert back["assessment_stale"].tolist() == [True, False, True]
        assert pd.isna(back["x"][2])

    def test_strangers_and_doubles_are_refused(self, library: Library, workbook: Make) -> None:
        library.import_file(workbook(TWO))
        with pytest.raises(LibraryError, match="库外项目"):
            library.save_assessment(pd.DataFrame({"project_id": ["ZZ"], "x": [1]}))
        with pytest.raises(LibraryError, match="重复"):
            library.save_assessment(pd.DataFrame({"project_id": ["FJ-1", "FJ-1"], "x": [1, 2]}))


class TestSafety:
    """One transaction, several users, damage."""

    def test_a_failure_after_writing_leaves_the_library_as_before(
        self, library: Library, workbook: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        library.import_file(workbook(TWO))
        before = library.projects()
        real = store.append

        def half(*args: object) -> None:
            real(*args)  # type: ignore[arg-type]
            raise KeyboardInterrupt

        monkeypatch.setattr(imports.store, "append", half)
        with pytest.raises(KeyboardInterrupt):
            library.import_file(workbook(later(TWO, FJ_1=120)))
        pd.testing.assert_frame_equal(library.projects(), before)
        assert (library.version, library.check()) == (1, [])

    def test_a_second_writer_waits_then_is_told(
        self, library: Library, workbook: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
        with library.database.writing():
            with pytest.raises(LibraryError, match="正被另一个程序写入"):
                library.import_file(workbook(TWO))
            assert library.projects().empty
        assert library.import_file(workbook(TWO)).accepted == 2

    def test_history_cannot_be_changed_by_sql(self, library: Library, workbook: Make) -> None:
        library.import_file(workbook(TWO))
        for statement in ("UPDATE history SET new = '1'", "DELETE FROM versions"):
            with pytest.raises(LibraryError, match="append-only"), library.database.writing() as connection:
                connection.execute(text(statement))

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            (
                "UPDATE projects SET investment_wan_yuan = 1 WHERE project_id = 'FJ-1'",
                "当前值与历史不符：总投资（万元）",
            ),
            ("DELETE FROM projects WHERE project_id = 'FJ-1'", "在当前图层中没有"),
            ("UPDATE projects SET geom = NULL", "点位与经纬度不符"),
            ("INSERT INTO projects (project_id, library_version) VALUES ('X', 1)", "在历史中没有"),
            ("UPDATE history SET new = replace(new, '100.0', '999.0') WHERE entry = 1", "哈希链不符"),
            ("UPDATE versions SET by_whom = '别人'", "哈希链不符"),
            ("DELETE FROM history WHERE entry = (SELECT max(entry) FROM history)", "缺少历史条目"),
            ("DELETE FROM history WHERE entry = 1", "哈希链不符"),
        ],
    )
    def test_check_finds_what_was_tampered_with(
        self, library: Library, workbook: Make, statement: str, message: str
    ) -> None:
        library.import_file(workbook(TWO))
        assert library.check() == []
        with library.database.writing() as connection:
            if connection.dialect.name == "sqlite":
                names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
                drops = [f"DROP TRIGGER {name}" for name in names]
            else:
                drops = [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in ("history", "versions")]
            for change in (*drops, statement):
                connection.execute(text(change))
        assert any(message in problem.message for problem in library.check())

    def test_newer_format_is_refused(self, library: Library) -> None:
        with library.database.writing() as connection:
            connection.execute(text("UPDATE library_info SET value = '99' WHERE name = 'format'"))
        with pytest.raises(LibraryError, match="更新版本"):
            Library.open(library.location)
