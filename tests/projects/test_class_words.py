"""Classification by words: how often it is right on labelled projects, and the traps it must not fall into."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fengwuwu.projects.assess import assess
from fengwuwu.projects.class_words import NONE, REVIEW, suggest

LABELS = Path(__file__).parents[1] / "fixtures" / "labelled_projects.csv"


def said(name: str, content: str | None = None) -> pd.Series:
    return suggest(pd.DataFrame({"project_name": [name], "content": [content]})).iloc[0]


@pytest.fixture(scope="module")
def labelled() -> pd.DataFrame:
    table = pd.read_csv(LABELS, encoding="utf-8", dtype="str", keep_default_na=False)
    found = suggest(table)
    code = found["class_code"].where(found["class_code"].notna(), NONE)
    return table.assign(
        answer=code.where(found["class_clear"].astype(bool), REVIEW),
        item=found["item_code"].where(found["item_clear"].astype(bool), REVIEW),
    )


@pytest.mark.parametrize("half", ["seen", "held_out"])
@pytest.mark.parametrize(("label", "answer"), [("class_code", "answer"), ("catalogue_2025_code", "item")])
def test_precision_and_coverage(half: str, label: str, answer: str, labelled: pd.DataFrame) -> None:
    rows = labelled[labelled["half"] == half]
    assert len(rows) >= 150
    firm, answerable = rows[answer] != REVIEW, rows[label] != REVIEW
    assert (rows[answer] == rows[label])[firm].mean() >= 0.95
    assert (firm & answerable).sum() / answerable.sum() >= 0.85


def test_nothing_neutral_comes_out_as_climate_friendly(labelled: pd.DataFrame) -> None:
    neutral = labelled[labelled["class_code"].isin([NONE, REVIEW])]
    assert len(neutral) > 50
    assert neutral["answer"].isin([NONE, REVIEW]).all()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("某县生态工业园区道路工程", "新建园区主干道，配套绿化"),
        ("某燃煤电厂绿化工程", "厂区绿化"),
        ("某山地旅游度假区开发项目", "酒店和停车场"),
        ("某县天然气管道工程", "敷设输气管道"),
        ("某机场改扩建工程", "跑道延长"),
    ],
)
def test_traps(name: str, content: str) -> None:
    found = said(name, content)
    assert not (found["class_clear"] and found["class_code"]), found["words"]


def test_the_words_that_decided_are_shown() -> None:
    found = said("松坪镇集中式光伏发电项目", "装机六万千瓦")
    assert found["class_code"] == "M2.1"
    assert found["class_clear"]
    assert "光伏" in found["words"] and "分" in found["words"]


def test_silence_gives_no_answer() -> None:
    found = said("示范项目", None)
    assert not found["class_clear"]


def test_a_persons_decision_overrides_with_its_reason() -> None:
    table = pd.DataFrame({
        "project_id": ["A", "B"],
        "project_name": ["某镇屋顶光伏项目"] * 2,
        "county": ["奉节县"] * 2,
        "technology": ["solar_distributed"] * 2,
        "decided_class_code": ["M1.3", "M1.3"],
        "decided_class_reason": ["光伏是建筑改造的一部分", None],
    })
    found = assess(table).set_index("project_id")
    assert (found.at["A", "class_code"], found.at["A", "class_status"]) == ("M1.3", "confirmed")
    assert "光伏是建筑改造的一部分" in found.at["A", "class_evidence"]
    assert "规则建议 M2.1" in found.at["A", "class_evidence"]
    assert found.at["B", "class_code"] == "M2.1", "a decision without a reason does not count"
