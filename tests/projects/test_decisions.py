"""A person's decision beside the rules': recorded, counted, superseded, withdrawn; both stay on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu import paths
from fengwuwu.cli import main
from fengwuwu.errors import InputError, LibraryError
from fengwuwu.optimize import Scenario
from fengwuwu.optimize.table import prepare
from fengwuwu.projects.assess import assess
from fengwuwu.projects.library import Library
from fengwuwu.projects.listing import description, listing, story

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "技术类型", "总投资（万元）"]
ROWS = [HEAD, ["FJ-1", "甲风电场", "奉节县", "陆上风电", 100], ["WX-1", "乙燃煤电厂", "巫溪县", "煤电", 200]]


@pytest.fixture
def filled(library: Library, workbook: Make) -> Library:
    library.import_file(workbook(ROWS), by="录入员")
    return library


def one(library: Library, ident: str = "FJ-1") -> pd.Series:
    assessed = assess(library.projects())
    return assessed[assessed["project_id"] == ident].iloc[0]


def test_a_decision_counts_and_the_rule_stays_visible(filled: Library) -> None:
    rule = one(filled)["admission_status"]
    assert rule != "demonstration" and one(filled)["admission_status_rule"] == rule
    filled.decide("FJ-1", "示范", "县政府常务会议同意；已核实", "李科")
    found = one(filled)
    assert (found["admission_status"], found["admission_status_rule"]) == ("demonstration", rule)
    first = found["admission_reasons"].split("；")[0]
    assert first.startswith("人工决定：示范，理由：县政府常务会议同意，已核实（李科，") and "规则结论：" in first
    other = one(filled, "WX-1")
    assert other["admission_status"] == other["admission_status_rule"] and "人工" not in other["admission_reasons"]
    assert filled.check() == []


def test_the_plan_is_made_on_what_was_decided(filled: Library) -> None:
    filled.decide("WX-1", "admitted", "试验")
    filled.decide("FJ-1", "returned", "试验")
    with pytest.raises(InputError) as caught:  # neither can take part, each for another reason
        prepare(assess(filled.projects()), Scenario.load(paths.SCENARIOS / "baseline.yaml"))
    assert "FJ-1：未入库（入库状态：退回）" in str(caught.value)
    assert "WX-1：缺少" in str(caught.value), "admitted by decision, it is held up by what is missing only"


def test_history_tells_who_when_why_and_a_later_decision_supersedes(filled: Library) -> None:
    filled.decide("FJ-1", "admitted", "已核实", "李科")
    filled.decide("FJ-1", "returned", "查出失信", "王科")
    filled.decide("FJ-1", "returned", "查出失信，附处罚书", "王科")
    filled.withdraw("FJ-1", "处罚已撤销", "赵科")
    changes = filled.history("FJ-1").query("field == 'decided_admission_status'")
    assert changes[["by", "reason", "action"]].values.tolist() == [
        ["李科", "已核实", "decide"],
        ["王科", "查出失信", "decide"],
        ["赵科", "处罚已撤销", "withdraw"],
    ]
    assert changes["new"].fillna("").tolist() == ["admitted", "returned", ""]
    text = story(filled.history("FJ-1"))
    for line in (
        "李科，事由：已核实\n  人工决定·入库结论：入库\n",
        "王科，事由：查出失信\n  人工决定·入库结论：入库 → 退回\n",
        "王科，事由：查出失信，附处罚书\n  人工决定不变，理由更新\n",
        "赵科，事由：处罚已撤销\n  撤回人工决定·入库结论：退回",
    ):
        assert line in text
    assert "nan" not in text and "None" not in text
    found = one(filled)
    assert found["admission_status"] == found["admission_status_rule"] and "人工" not in found["admission_reasons"]


def test_past_states_know_the_decisions_of_their_time(filled: Library) -> None:
    states = {1: filled.projects()}
    filled.decide("FJ-1", "admitted", "已核实")
    states[2] = filled.projects()
    filled.decide("FJ-1", class_code="M2.1", reason="按建设内容")
    states[3] = filled.projects()
    filled.withdraw("FJ-1", "有误", kinds=["status"])
    states[4] = filled.projects()
    decided = [states[n].set_index("project_id").loc["FJ-1", "decided_admission_status"] for n in states]
    assert decided == [None, "admitted", "admitted", None]
    for number, state in states.items():
        pd.testing.assert_frame_equal(filled.projects(as_of=number), state)
    assert filled.projects()["library_version"].tolist() == [4, 1]


def test_a_later_form_leaves_the_decision_alone(filled: Library, workbook: Make) -> None:
    filled.decide("FJ-1", "示范", "已核实", "李科")
    result = filled.import_file(workbook([HEAD, ["FJ-1", "甲风电场", "奉节县", "陆上风电", 130]]))
    assert result.updated == 1
    assert filled.show("FJ-1")[["investment_wan_yuan", "decided_admission_status"]].tolist() == [130.0, "demonstration"]
    assert filled.check() == []


def test_class_and_catalogue(filled: Library) -> None:
    filled.decide("FJ-1", class_code="无", catalogue_code="1.1.1", reason="核对", by="李科")
    found = one(filled)
    assert (found["class_status"], found["benefit"], found["catalogue_2025_code"]) == ("confirmed", "none", "1.1.1")
    assert "人工决定：none，理由：核对" in found["class_evidence"]
    filled.withdraw("FJ-1", "错了")
    assert one(filled)["class_status"] != "confirmed"


def test_show_and_list_tell_both(filled: Library) -> None:
    filled.decide("FJ-1", "示范", "已核实", "李科")
    assert listing(filled.projects())["人工决定"].tolist() == ["入库结论 示范", "—"]
    text = description(assess(filled.projects().iloc[:1]))
    assert "结论：示范（人工决定；规则结论：" in text and "理由：已核实（李科，" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"status": "admitted"}, "须写明理由"),
        ({"status": "admitted", "reason": " "}, "须写明理由"),
        ({"reason": "想想"}, "没有写明决定什么"),
        ({"status": "通过", "reason": "r"}, "没有“通过”这个入库结论"),
        ({"class_code": "Z9", "reason": "r"}, "没有“Z9”这个气候分类代码"),
        ({"catalogue_code": "99", "reason": "r"}, "没有“99”这个绿色目录条目代码"),
    ],
)
def test_what_cannot_be_decided(filled: Library, arguments: dict[str, str], said: str) -> None:
    before = filled.fingerprint
    with pytest.raises(InputError, match=said) as caught:
        filled.decide("FJ-1", **arguments)
    assert "处理办法" in str(caught.value)
    assert filled.fingerprint == before


def test_unknown_projects_and_nothing_to_withdraw(filled: Library) -> None:
    with pytest.raises(LibraryError, match=r"没有“FJ-2”.*\n.*FJ-1"):
        filled.decide("FJ-2", "admitted", "r")
    with pytest.raises(LibraryError, match="没有“FJ-2”"):
        filled.withdraw("FJ-2", "r")
    with pytest.raises(InputError, match="没有关于它的人工决定"):
        filled.withdraw("FJ-1", "r")
    filled.decide("FJ-1", "admitted", "r")
    with pytest.raises(InputError, match="没有关于气候分类的人工决定"):
        filled.withdraw("FJ-1", "r", kinds=["status", "class"])
    with pytest.raises(InputError, match="不能撤回“site”"):
        filled.withdraw("FJ-1", "r", kinds=["site"])
    with pytest.raises(InputError, match="撤回须写明理由"):
        filled.withdraw("FJ-1", "")
    assert filled.version == 2


def test_a_plain_table_decides_too_but_not_without_reason() -> None:
    table = pd.DataFrame({
        "project_id": ["a", "b", "c"],
        "county": ["奉节县"] * 3,
        "decided_admission_status": ["admitted", "admitted", "好"],
        "decided_admission_reason": ["会议", None, "会议"],
    })
    found = assess(table)
    assert (found["admission_status"] == found["admission_status_rule"]).tolist() == [False, True, True]
    said = [text.split("；")[0] for text in found["admission_reasons"]]
    assert said[1:] == ["人工决定“admitted”未采用：没有理由", "人工决定“好”未采用：不是入库结论"]


def test_the_command(filled: Library, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--library", filled.location]
    assert main(["library", "decide", *chosen, "FJ-1", "--status", "入库", "--reason", "已核实", "--by", "李科"]) == 0
    assert capsys.readouterr().out == "FJ-1：入库结论 入库。已记入历史。\n"
    assert main(["library", "decide", *chosen, "FJ-1", "--withdraw", "气候分类", "--reason", "有误"]) == 1
    assert "没有关于气候分类的人工决定" in capsys.readouterr().err
    assert main(["library", "decide", *chosen, "FJ-1", "--withdraw", "--reason", "有误"]) == 0
    assert "以规则结论为准" in capsys.readouterr().out
    assert main(["library", "decide", *chosen, "FJ-1", "--withdraw", "--status", "入库", "--reason", "有误"]) == 1
    assert "不能与新的决定一起给出" in capsys.readouterr().err
    assert main(["library", "decide", *chosen, "FJ-1", "--status", "入库"]) == 1
    assert "处理办法：请用 --reason 写明理由" in capsys.readouterr().err
