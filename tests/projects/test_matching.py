"""Which known project a row without a known id means: hand-made pairs, and that real projects are not confused."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from fengwuwu import paths, reference
from fengwuwu.projects.cells import Value
from fengwuwu.projects.history import Record
from fengwuwu.projects.identities import identify
from fengwuwu.projects.likeness import Likeness, compare, rules
from fengwuwu.projects.numbers import Numbers
from fengwuwu.projects.pending import Pending
from fengwuwu.projects.traits import traits

PLANT = "奉节县草堂镇污水处理厂提标改造工程"
WATER = "奉节县水务有限公司"


def record(name: str = PLANT, owner: Value = WATER, town: Value = "草堂镇", **more: Value) -> Record:
    return {"project_name": name, "owner": owner, "county": "奉节县", "township": town} | more


def likeness(row: Record, known: Record | None = None) -> Likeness | None:
    return compare("FJ-1", traits(row), traits(known or record()), rules())


@pytest.mark.parametrize(
    "row",
    [
        record(),
        record("草堂镇污水处理厂提标改造"),
        record("重庆市奉节县草堂镇污水处理厂　提标改造（建设项目）"),
        record(owner="奉节水务公司"),
        record(town=None),
        record(owner=None),
        record(lon=109.60, lat=31.05),
        record("草堂污水厂扩容", None, None, project_code="2404-500236-04-01-123456"),
    ],
    ids=["same", "short", "long", "owner spelt otherwise", "no town", "no owner", "point", "code"],
)
def test_clear(row: Record) -> None:
    found = likeness(row, record(project_code="2404-500236-04-01-123456", lon=109.61, lat=31.04))
    assert found is not None and found.clear


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (record("草堂镇污水处理厂扩容"), "单位相同，地点相同"),
        (record("草堂镇城镇污水处理厂改造"), "单位相同，地点相同"),
        (record(owner="重庆环保集团奉节分公司"), "名称 100%，单位不同"),
        (record("奉节县污水处理厂提标改造", None, None), "单位不详，地点不详"),
        (record(PLANT + "二期"), "单位相同"),
        (record(lon=109.2, lat=31.0), "地点不同"),
        (record(project_code="2404-500236-04-01-123465"), "统一项目代码不同"),
        (record(data_kind="public"), "名称 100%"),
        (record(county="奉节县;巫山县", town=None), "名称 100%"),
    ],
    ids=["renamed", "reworded", "owner renamed", "name alone", "a phase", "far away", "code typo", "kind", "counties"],
)
def test_doubtful(row: Record, words: str) -> None:
    known = record(project_code="2404-500236-04-01-123456", lon=109.61, lat=31.04)
    found = likeness(row, known)
    assert found is not None and not found.clear
    assert words in str(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (record(), record(county="巫溪县", town=None)),
        (record("屋顶分布式光伏"), record("屋顶分布式光伏", town="白帝镇")),
        (record("草堂镇屋顶光伏", town=None), record("白帝镇屋顶光伏", town=None)),
        (record("垃圾焚烧发电项目一期"), record("垃圾焚烧发电项目二期")),
        (record("垃圾焚烧发电（Ⅰ期）"), record("垃圾焚烧发电第2期")),
        (record("河道治理一期1标段"), record("河道治理一期2标段")),
        (record("3#泵站改造"), record("4#泵站改造")),
        (record("城东污水管网"), record("城西污水管网")),
        (record(), record("草堂镇屋顶光伏")),
        (record(), record(data_kind="illustrative")),
        (record("草堂镇污水处理厂扩容", project_code="A1"), record(project_code="B2")),
        (record(""), record("")),
    ],
    ids=[
        "county",
        "town",
        "town in name",
        "phase",
        "phase otherwise",
        "lot",
        "number",
        "side",
        "other",
        "kind",
        "code",
        "no name",
    ],
)
def test_two_projects(one: Record, other: Record) -> None:
    assert likeness(one, other) is None
    assert likeness(other, one) is None


def test_score_is_the_weighted_mean_with_half_for_what_one_side_leaves_open() -> None:
    found = likeness(record(owner=None, town=None, name="污水处理厂提标改造"), record("污水处理厂提标改造"))
    assert found is not None and found.score == pytest.approx(0.6 + 0.2 * 0.5 + 0.2 * 0.5)
    silent = likeness(record("电站", None, None), record("电站", None, None))
    assert silent is not None and silent.score == 1 and silent.clear, "both say as little: the same form again"


def test_the_numbers_are_marked_as_assumptions() -> None:
    table = reference.table("matching")
    assert set(table["status"]) == {"assumption"}
    rule = rules()
    assert rule.weight_name + rule.weight_owner + rule.weight_place == pytest.approx(1)
    assert rule.doubtful_score < rule.clear_score <= 1


def means(row: Record, *known: Record, kept: dict[int, Pending] | None = None) -> tuple[Value, list[str]]:
    """The project a row means, and the candidates a person is asked about."""
    library = {f"FJ-{number}": item | {"project_id": f"FJ-{number}"} for number, item in enumerate(known, start=1)}
    found = identify([row], library, kept or {})[0]
    return found.project_id, [item.project_id for item in found.candidates]


def test_an_id_that_is_known_decides() -> None:
    assert means(record("别的名字", project_id="FJ-1"), record()) == ("FJ-1", [])


def test_without_id_a_clear_likeness_decides_a_doubtful_one_asks_and_none_is_new() -> None:
    assert means(record(), record(), record("草堂镇屋顶光伏")) == ("FJ-1", [])
    assert means(record("草堂镇污水处理厂扩容"), record()) == (None, ["FJ-1"])
    assert means(record("草堂镇农村公路"), record()) == (None, [])


def test_two_projects_of_one_description_are_asked_about() -> None:
    assert means(record(), record(), record()) == (None, ["FJ-1", "FJ-2"])


def test_an_unknown_id_is_doubted_only_when_everything_else_is_the_same() -> None:
    assert means(record(project_id="FJ-01"), record()) == ("FJ-01", ["FJ-1"])
    assert means(record("草堂镇污水处理厂扩容", project_id="FJ-01"), record()) == ("FJ-01", [])
    assert means(record(owner=None, project_id="FJ-01"), record(owner=None)) == ("FJ-01", [])


def test_a_project_that_another_row_means_is_no_candidate() -> None:
    known = {"FJ-1": record(project_id="FJ-1")}
    rows = [record("草堂镇污水处理厂扩容"), record()]
    assert [(item.project_id, item.candidates) for item in identify(rows, known, {})] == [(None, ()), ("FJ-1", ())]


def test_what_a_person_said_holds_for_later_rows_of_the_same_description() -> None:
    row = record("草堂镇污水处理厂扩容", investment_wan_yuan=100.0)
    kept = {1: Pending(1, 1, "", 2, row, [], (), resolved_as="FJ-1", resolved_in=2)}
    assert means(row | {"investment_wan_yuan": 200.0}, record(), kept=kept) == ("FJ-1", [])
    assert means(row | {"owner": "别的公司"}, record(), kept=kept)[0] is None


def test_numbers_go_on_by_county_above_what_is_used() -> None:
    numbers = Numbers(["FJ-K0007", "FJ-0099", "甲-K1", "WX-K10000"])
    counties = ["奉节县", "奉节县", "巫溪县", "巫山县", "奉节县;巫山县", "奉节县;云阳县"]
    given = [numbers.next({"county": county}) for county in counties]
    assert given == ["FJ-K0008", "FJ-K0009", "WX-K10001", "WS-K0001", "KX-K0001", "KX-K0002"]


def test_no_public_project_is_taken_for_another() -> None:
    table = pd.read_csv(paths.PROJECTS / "public_projects.csv", encoding="utf-8-sig", dtype=object)
    keys = {"项目名称": "project_name", "申报单位": "owner", "所在县": "county", "乡镇": "township"}
    rows = [
        traits({key: None if pd.isna(value) else value for key, value in row.items()})
        for row in table[list(keys)].rename(columns=keys).to_dict("records")
    ]
    pairs = list(itertools.combinations(rows, 2))
    alike = [found for one, other in pairs if (found := compare("", one, other, rules()))]
    assert len(pairs) > 2000 and not alike
