"""Which library and plan a notebook gets: those named, those of the last run, else new ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from fengwuwu import notebook, paths
from fengwuwu.errors import InputError, LibraryError, ScenarioError
from fengwuwu.optimize import Plan
from fengwuwu.projects.library import Library


def test_the_library_named(tmp_path: Path) -> None:
    path = tmp_path / "本县.gpkg"
    Library.open(path)
    given = notebook.open_library(str(path))
    assert Path(given.library.location) == path
    assert "本县.gpkg" in given.told
    assert given.folder == tmp_path


def test_looking_into_a_library_does_not_create_it(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="找不到项目库"):
        notebook.open_library(str(tmp_path / "无.gpkg"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("start", ["", "notebooks"])
def test_the_last_run_is_found_from_the_workspace_and_from_the_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    run = tmp_path / "reports" / "baseline"
    run.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    Library.open(run / "library.gpkg")
    monkeypatch.chdir(tmp_path / start)
    given = notebook.open_library()
    assert Path(given.library.location).resolve() == run / "library.gpkg"
    assert "最近一次" in given.told


def test_without_a_run_the_shipped_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = notebook.open_library()
    assert "临时" in given.told
    counts = given.library.projects()["data_kind"].value_counts()
    assert counts["public"] > 0
    assert counts["illustrative"] > 0
    assert given.library.version == len(paths.SHIPPED_FORMS)
    assert not list(tmp_path.iterdir())


def test_a_day_before_the_first_import_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = notebook.open_library()
    assert len(given.projects()) == len(given.library.projects())
    with pytest.raises(InputError, match="截至 2020-01-01，项目库里没有项目") as caught:
        given.projects("2020-01-01")
    assert caught.value._render_traceback_() == [str(caught.value)]


@pytest.fixture
def small(tmp_path: Path) -> notebook.Opened:
    """A library of two illustrative candidates that are admitted."""
    wanted = {"示例-FJ-001", "示例-WX-001"}
    with paths.SHIPPED_FORMS[1].open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    form = tmp_path / "small.csv"
    with form.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *(row for row in rows if row[0] in wanted)])
    library = Library.open(tmp_path / "small.gpkg")
    assert library.import_file(form).accepted == len(wanted)
    return notebook.Opened(library, "")


def scenario(folder: Path, **limits: object) -> str:
    """A file with one unlimited source of money."""
    loan = {"label": "贷款", "kind": "debt", "tenor_years": 10, "unlimited": True}
    own = {"label": "自筹", "kind": "capital", "unlimited": True}
    content = {
        "name": "small",
        "title": "小情景",
        "start_years": [2027, 2028, 2029],
        "budget_years": [2027, 2028, 2029, 2030, 2031],
        "dscr": None,
        "instruments": {"loan": loan, "own": own},
        "limits": limits,
    }
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return str(path)


def test_the_plan_named(small: notebook.Opened, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text("{}", encoding="utf-8")
    assert notebook.open_plan(small, str(tmp_path / "p.json")).path == tmp_path / "p.json"
    with pytest.raises(InputError, match="找不到方案文件"):
        notebook.open_plan(small, str(tmp_path / "q.json"))


def test_a_plan_is_made_for_the_scenario_asked_for(small: notebook.Opened, tmp_path: Path) -> None:
    opened = notebook.open_plan(small, scenario=scenario(tmp_path))
    assert "小情景" in opened.told
    plan = Plan.load(opened.path)
    assert plan.status == "proven_optimal"
    assert set(plan.decisions.loc[plan.decisions["funded"], "project_id"]) == {"示例-FJ-001", "示例-WX-001"}


def test_the_plan_of_the_last_run_only_with_its_library(
    small: notebook.Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "reports" / "baseline"
    run.mkdir(parents=True)
    (run / "library.gpkg").write_bytes(Path(small.library.location).read_bytes())
    (run / "plan.json").write_text("{}", encoding="utf-8")
    asked = scenario(tmp_path)
    monkeypatch.chdir(tmp_path)
    given = notebook.open_library()
    assert notebook.open_plan(given).path.resolve() == run / "plan.json"
    assert "小情景" in notebook.open_plan(given, scenario=asked).told
    monkeypatch.setattr(notebook, "BASELINE", asked)
    assert "小情景" in notebook.open_plan(small).told


def test_a_scenario_nothing_satisfies_is_said_in_words(small: notebook.Opened, tmp_path: Path) -> None:
    floor = {"label": "适应类下限", "sense": "floor", "benefits": ["adaptation"], "value": 1000}
    with pytest.raises(ScenarioError, match="适应类下限"):
        notebook.open_plan(small, scenario=scenario(tmp_path, adaptation=floor))
