"""Rows that may be a known project wait for a person: kept whole, each once, resolved on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from fengwuwu.cli import main
from fengwuwu.errors import FengwuwuError, InputError, LibraryError
from fengwuwu.projects import changes
from fengwuwu.projects.library import Library
from fengwuwu.projects.listing import story

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "申报单位", "所在县", "乡镇", "总投资（万元）"]
WATER = ["奉节县水务有限公司", "奉节县", "草堂镇"]
PLANT = ["FJ-1", "草堂镇污水处理厂提标改造", *WATER, 1200]
RENAMED = [None, "草堂镇污水处理厂扩容改造", *WATER, "约1500"]
OTHER = [None, "白帝镇屋顶光伏", "奉节清洁能源公司", "奉节县", "白帝镇", 300]


@pytest.fixture
def filled(library: Library, workbook: Make) -> Library:
    library.import_file(workbook([HEAD, PLANT]), by="录入员")
    return library


@pytest.fixture
def waiting(filled: Library, workbook: Make) -> Library:
    """One row waits: it may be FJ-1."""
    filled.import_file(workbook([HEAD, OTHER, RENAMED], "q3.xlsx"), by="乙员", reason="三季度")
    return filled


def counts(library: Library, path: Path) -> list[int]:
    result = library.import_file(path)
    found = [result.accepted, result.updated, result.unchanged, result.pending, result.rejected]
    assert sum(found) == result.rows_read == len(result.rows)
    return found


def of(library: Library, ident: str, key: str = "investment_wan_yuan") -> object:
    return library.show(ident)[key]


class TestWithoutNumber:
    """Blank ids: new projects are numbered, known ones recognised."""

    def test_a_new_project_gets_a_number_that_stays(self, library: Library, workbook: Make) -> None:
        rows = [HEAD, OTHER, [None, "城区公交电动化", None, "巫山县", None, 80], PLANT]
        assert counts(library, workbook(rows)) == [3, 0, 0, 0, 0]
        assert library.projects()["project_id"].tolist() == ["FJ-K0001", "WS-K0001", "FJ-1"]
        before = library.version
        assert counts(library, workbook(rows, "again.xlsx")) == [0, 0, 3, 0, 0]
        assert library.version == before and library.check() == []
        result = library.import_file(workbook([HEAD, [None, "青莲镇小水电", None, "奉节县", "青莲镇", 9]]))
        assert result.rows["project_id"].tolist() == ["FJ-K0002"]
        assert "由项目库编号：FJ-K0002" in result.messages()[-1]

    def test_a_form_without_the_column_is_read(self, library: Library, textfile: Make) -> None:
        assert counts(library, textfile([HEAD[1:], OTHER[1:]])) == [1, 0, 0, 0, 0]
        assert counts(library, textfile([HEAD[1:], [*OTHER[1:-1], 350]])) == [0, 1, 0, 0, 0]
        assert of(library, "FJ-K0001") == 350

    def test_two_rows_that_say_more_and_less_stay_two_projects(self, library: Library, workbook: Make) -> None:
        rows = [HEAD, OTHER, [None, OTHER[1], None, *OTHER[3:]]]
        assert counts(library, workbook(rows)) == [2, 0, 0, 0, 0]
        assert counts(library, workbook(rows)) == [0, 0, 2, 0, 0]

    def test_a_number_is_not_used_up_by_a_row_that_is_refused(self, library: Library, workbook: Make) -> None:
        wrong = [None, "甲", None, "无此县", None, 1]
        assert counts(library, workbook([HEAD, wrong, [None, "乙", None, "奉节县", None, 1]])) == [1, 0, 0, 0, 1]
        assert library.projects()["project_id"].tolist() == ["FJ-K0001"]

    def test_a_nameless_row_is_refused(self, library: Library, workbook: Make) -> None:
        result = library.import_file(workbook([HEAD, [None, None, "单位", "奉节县", None, 5]]))
        assert result.rejected == 1 and "缺少必填项“项目名称”" in result.problems["message"][0]

    def test_a_clear_likeness_is_a_new_version_that_says_why(self, filled: Library, workbook: Make) -> None:
        row = [None, "奉节县草堂镇污水处理厂提标改造工程", "奉节水务公司", "奉节县", "草堂镇", 1300]
        result = filled.import_file(workbook([HEAD, row], "q3.xlsx"))
        assert result.rows[["project_id", "outcome", "basis"]].values.tolist() == [
            ["FJ-1", "updated", "相似度 100%：名称 100%，单位相同，地点相同"]
        ]
        assert of(filled, "FJ-1") == 1300
        assert "认定依据：相似度 100%：名称 100%，单位相同，地点相同" in story(filled.history("FJ-1"))
        assert filled.check() == []

    @pytest.mark.parametrize(
        "row",
        [
            [None, "草堂镇污水处理厂提标改造二期", *WATER, 1],
            [None, "污水处理厂提标改造", "奉节县水务有限公司", "奉节县", "白帝镇", 1],
            [None, "草堂镇农村公路", *WATER, 1],
        ],
        ids=["a phase is no name of another", "another town", "another thing"],
    )
    def test_another_project_is_new_or_asked_about_never_merged(
        self, filled: Library, workbook: Make, row: list[object]
    ) -> None:
        first = [*PLANT[1:2], *PLANT[2:]]
        filled.import_file(workbook([HEAD, ["FJ-2", f"{first[0]}一期", *WATER, 5], PLANT]))
        found = counts(filled, workbook([HEAD, PLANT, ["FJ-2", f"{first[0]}一期", *WATER, 5], row]))
        assert found == [1, 0, 2, 0, 0]

    def test_one_form_lists_a_project_once(self, filled: Library, workbook: Make) -> None:
        clear = [None, *PLANT[1:-1], 1300]
        rows = [HEAD, clear, PLANT, OTHER, OTHER, [None, "白帝镇屋顶光伏（扩建）", *OTHER[2:]]]
        result = filled.import_file(workbook(rows))
        assert result.rows["outcome"].tolist() == ["rejected", "unchanged", "accepted", "rejected", "accepted"]
        assert [message.partition("，")[2] for message in result.problems["message"]] == [
            "同一项目见第 3 行。",
            "同一项目见第 4 行。",
        ]
        assert result.rejected_file is not None
        again = filled.import_file(result.rejected_file)
        assert again.rejected == 2, "not mended, it must not overwrite the row that was taken"


class TestWaiting:
    """What waits, and that it waits once."""

    def test_it_is_counted_told_and_listed(self, filled: Library, workbook: Make) -> None:
        result = filled.import_file(workbook([HEAD, OTHER, RENAMED], "q3.xlsx"), by="乙员", reason="三季度")
        assert result.rows["outcome"].tolist() == ["accepted", "pending"]
        assert result.rows["project_id"].fillna("").tolist() == ["FJ-K0001", ""]
        assert any("第 3 行：待定 1，可能是 FJ-1（相似度 " in text for text in result.messages())
        table = filled.pending()
        told = table.drop(columns=["at", "likeness"]).iloc[0].tolist()
        assert told == [1, "乙员", "三季度", "q3.xlsx", "项目", 3, None, RENAMED[1], *WATER, "FJ-1"]
        assert "单位相同，地点相同" in table["likeness"][0]
        assert len(filled.projects()) == 2 and of(filled, "FJ-1") == 1200
        assert filled.check() == []

    def test_the_same_content_waits_once_whatever_the_file(self, waiting: Library, workbook: Make) -> None:
        before = waiting.version
        assert counts(waiting, workbook([HEAD, OTHER, RENAMED], "again.xlsx")) == [0, 0, 1, 1, 0]
        assert counts(waiting, workbook([HEAD, RENAMED], "alone.xlsx")) == [0, 0, 0, 1, 0]
        assert waiting.version == before and len(waiting.pending()) == 1

    def test_it_goes_on_waiting_when_another_row_of_its_form_has_become_a_project(
        self, library: Library, workbook: Make
    ) -> None:
        name = "污水处理厂扩容改造"
        library.import_file(workbook([HEAD, ["FJ-2", name, "国能公司", "奉节县", "白帝镇", 5]]))
        new, doubtful = [None, name, "水务公司", "奉节县", "草堂镇", 1], [None, name, "水务公司", "奉节县", None, 2]
        rows = [HEAD, new, doubtful]
        assert counts(library, workbook(rows)) == [1, 0, 0, 1, 0]
        before = library.version
        assert counts(library, workbook(rows)) == [0, 0, 1, 1, 0]
        assert library.version == before and len(library.pending()) == 1

    def test_other_figures_replace_those_that_wait(self, waiting: Library, workbook: Make) -> None:
        assert counts(waiting, workbook([HEAD, [*RENAMED[:-1], 1600]], "q4.xlsx")) == [0, 0, 0, 1, 0]
        assert waiting.pending()[["entry", "file"]].values.tolist() == [[1, "q4.xlsx"]]
        waiting.resolve(1, same_as="FJ-1")
        assert of(waiting, "FJ-1") == 1600
        assert waiting.history()["field"].tolist().count("pending_row") == 2, "both stay on record"

    def test_twice_in_one_form_it_waits_once(self, filled: Library, workbook: Make) -> None:
        assert counts(filled, workbook([HEAD, RENAMED, RENAMED])) == [0, 0, 0, 1, 1]
        assert len(filled.pending()) == 1

    def test_a_faulty_row_is_refused_and_does_not_wait(self, filled: Library, workbook: Make) -> None:
        assert counts(filled, workbook([HEAD, [*RENAMED[:-1], -5]])) == [0, 0, 0, 0, 1]
        assert filled.pending().empty

    def test_past_states_and_reports_do_not_take_it_for_a_project(self, waiting: Library) -> None:
        pd.testing.assert_frame_equal(waiting.projects(as_of=2), waiting.projects())
        assert changes.versions(waiting.history())[["added", "changed"]].values.tolist() == [[1, 0], [1, 0]]
        assert changes.updates(waiting.history()).empty

    def test_a_number_with_a_slip_waits(self, filled: Library, workbook: Make) -> None:
        assert counts(filled, workbook([HEAD, ["FJ-l", *PLANT[1:]]])) == [0, 0, 0, 1, 0]
        assert filled.resolve(1, same_as="FJ-1").outcome == "unchanged"
        assert "待定 1 认定为 FJ-1" in story(filled.history("FJ-1"))
        assert counts(filled, workbook([HEAD, ["FJ-l", *PLANT[1:-1], 1250]])) == [0, 1, 0, 0, 0]
        assert filled.projects()["project_id"].tolist() == ["FJ-1"] and of(filled, "FJ-1") == 1250


class TestResolving:
    """A person's word: one version, on record, once."""

    def test_same_as_makes_it_a_version_of_that_project(self, waiting: Library) -> None:
        done = waiting.resolve(1, same_as="FJ-1", by="李科", reason="同一厂")
        assert (done.project_id, done.outcome, done.left) == ("FJ-1", "updated", ())
        assert of(waiting, "FJ-1") == 1500 and of(waiting, "FJ-1", "project_name") == RENAMED[1]
        assert of(waiting, "FJ-1", "intake_warnings") == "总投资：“约1500”是约数，按 1500 读取。"
        last = waiting.history("FJ-1").iloc[-1]
        place = ["by", "reason", "action", "file", "sheet", "row"]
        assert last[place].tolist() == ["李科", "同一厂", "resolve", "q3.xlsx", "项目", 3]
        told = story(waiting.history("FJ-1"))
        assert "待定 1：此行未能认定，可能是 FJ-1（相似度 " in told and "李科，事由：同一厂" in told
        assert waiting.pending().empty and waiting.check() == []
        pd.testing.assert_frame_equal(waiting.projects(as_of=3), waiting.projects())

    def test_new_makes_it_a_project(self, waiting: Library, workbook: Make) -> None:
        assert waiting.resolve(1, new=True).project_id == "FJ-K0002"
        assert waiting.projects()["project_id"].tolist() == ["FJ-1", "FJ-K0001", "FJ-K0002"]
        assert of(waiting, "FJ-K0002") == 1500
        assert counts(waiting, workbook([HEAD, OTHER, RENAMED])) == [0, 0, 2, 0, 0]
        assert waiting.check() == []

    def test_new_keeps_the_number_of_the_form(self, filled: Library, workbook: Make) -> None:
        filled.import_file(workbook([HEAD, ["FJ-7", *PLANT[1:]]]))
        assert filled.resolve(1, new=True).project_id == "FJ-7"

    def test_decisions_stay(self, waiting: Library) -> None:
        waiting.decide("FJ-1", "示范", "会议")
        waiting.resolve(1, same_as="FJ-1")
        assert of(waiting, "FJ-1", "decided_admission_status") == "demonstration"

    def test_it_holds_for_the_next_form(self, waiting: Library, workbook: Make) -> None:
        waiting.resolve(1, same_as="FJ-1")
        waiting.import_file(workbook([HEAD, [*PLANT[:-1], 1700]]))  # the old name comes back
        result = waiting.import_file(workbook([HEAD, [*RENAMED[:-1], 1800]]))
        assert result.rows[["project_id", "outcome", "basis"]].values.tolist() == [
            ["FJ-1", "updated", "按待定 1 的认定"]
        ]

    def test_what_changed_since_stays(self, waiting: Library, workbook: Make) -> None:
        waiting.import_file(workbook([HEAD, [*PLANT[:-1], 1700]]))
        done = waiting.resolve(1, same_as="FJ-1")
        assert done.left == ("investment_wan_yuan",) and "未改动：总投资" in str(done)
        assert of(waiting, "FJ-1") == 1700 and of(waiting, "FJ-1", "project_name") == RENAMED[1]

    def test_a_partial_row_can_be_a_known_project_but_no_new_one(self, filled: Library, workbook: Make) -> None:
        rows = [["项目名称", "总投资（万元）"], [PLANT[1], 1300]]
        assert counts(filled, workbook(rows)) == [0, 0, 0, 1, 0]
        before = filled.version
        with pytest.raises(InputError, match=r"不能作为新项目收入，仍为待定[\s\S]*缺少必填项“所在县”"):
            filled.resolve(1, new=True)
        assert filled.version == before and len(filled.pending()) == 1
        assert filled.resolve(1, same_as="FJ-1").outcome == "updated"
        assert of(filled, "FJ-1", "township") == "草堂镇"

    def test_no_second_project_of_one_that_came_in_since(self, waiting: Library, workbook: Make) -> None:
        # Listed beside FJ-1, the row is evidently another project.
        assert counts(waiting, workbook([HEAD, PLANT, RENAMED])) == [1, 0, 1, 0, 0]
        with pytest.raises(LibraryError, match=r"已收入 FJ-K0002[\s\S]*--same-as FJ-K0002"):
            waiting.resolve(1, new=True)
        assert waiting.resolve(1, same_as="FJ-K0002").outcome == "unchanged"

    def test_what_cannot_be_resolved(self, waiting: Library) -> None:
        before = waiting.version
        cases: list[tuple[type[FengwuwuError], str, dict[str, object]]] = [
            (LibraryError, r"没有待定 9[\s\S]*现在待定的有：1", {"entry": 9, "new": True}),
            (LibraryError, r"没有“FJ-9”", {"entry": 1, "same_as": "FJ-9"}),
            (InputError, r"须给出其中一个", {"entry": 1}),
            (InputError, r"须给出其中一个", {"entry": 1, "same_as": "FJ-1", "new": True}),
        ]
        for kind, message, arguments in cases:
            with pytest.raises(kind, match=message):
                waiting.resolve(**arguments)  # type: ignore[arg-type]
        assert waiting.version == before
        waiting.resolve(1, same_as="FJ-1", by="李科")
        with pytest.raises(LibraryError, match=r"待定 1 已由 李科 于 .* 认定为 FJ-1[\s\S]*没有待定的行"):
            waiting.resolve(1, new=True)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE history SET new = replace(new, '1500', '1') WHERE field = 'pending_row'",
            "UPDATE history SET new = 'FJ-K0001' WHERE field = 'resolved_as'",
            "DELETE FROM history WHERE field = 'resolved_as'",
        ],
    )
    def test_check_finds_what_was_tampered_with(self, waiting: Library, statement: str) -> None:
        waiting.resolve(1, same_as="FJ-1")
        with waiting.database.writing() as connection:
            drop = "DROP TRIGGER history_no_{}"
            if connection.dialect.name != "sqlite":
                drop = "ALTER TABLE history DISABLE TRIGGER ALL"
            for change in (drop.format("update"), drop.format("delete"), statement):
                connection.execute(text(change))
        assert any("哈希链不符" in problem.message for problem in waiting.check())


def test_the_commands(waiting: Library, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--library", waiting.location]
    assert main(["library", "pending", *chosen]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("待定 1　q3.xlsx，工作表“项目”，第 3 行（乙员，")
    assert lines[1] == "  此行：（无编号） 草堂镇污水处理厂扩容改造，奉节县水务有限公司，奉节县草堂镇"
    assert lines[2] == "  可能是：FJ-1 草堂镇污水处理厂提标改造，奉节县水务有限公司，奉节县草堂镇"
    assert lines[3].startswith("    相似度 ") and lines[3].endswith("单位相同，地点相同")
    assert main(["library", "resolve", *chosen, "1", "--same-as", "FJ-9"]) == 1
    assert "没有“FJ-9”" in capsys.readouterr().err
    assert main(["library", "resolve", *chosen, "1", "--same-as", "FJ-1", "--by", "李科", "--reason", "同一厂"]) == 0
    assert capsys.readouterr().out == "待定 1：认定为 FJ-1。已记入历史。\n"
    assert main(["library", "resolve", *chosen, "1", "--new"]) == 1
    assert "已由 李科 于" in capsys.readouterr().err
    assert main(["library", "pending", *chosen]) == 0
    assert capsys.readouterr().out == "没有待定的行。\n"
