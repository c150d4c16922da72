"""The application shows the analysis that lies beside its plan, and says so when there is none of this plan."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from fengwuwu import workflow
from fengwuwu.optimize import Plan, Robustness
from fengwuwu.optimize.robust import beside
from fengwuwu.projects import workspace
from fengwuwu.projects.library import Library
from fengwuwu.reporting import Report
from fengwuwu.reporting.application import Application
from fengwuwu.reporting.blocks import HeadingBlock, ParagraphBlock

from .application_notebook import make, project, write


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Application, Path]:
    """An application of two projects, with the analysis of three draws beside its plan."""
    folder = tmp_path_factory.mktemp("analysed")
    app = make(folder, [project(1), project(2)], "fengjie")
    with Library.open(folder / "library.gpkg", create=False) as library:
        beside.make(workspace.assessed(library), folder / "plan.json", 3, workers=1)
    return app, folder / "plan.json"


def said(report: Report) -> str:
    """The paragraphs under the heading 稳健性."""
    under, found = False, []
    for block in report.document().blocks:
        if isinstance(block, HeadingBlock):
            under = "".join(part.text for part in block.spans) == "稳健性"
        elif under and isinstance(block, ParagraphBlock):
            known = block.facts
            found += [
                known[part.fact].value + known[part.fact].unit if part.fact else part.text for part in block.spans
            ]
    return re.sub(r"\s", "", "".join(found))


def test_the_section_gives_the_figures_of_the_analysis(analysed: tuple[Application, Path]) -> None:
    app, plan = analysed
    draws = Robustness.load(beside.path(plan)).draws
    text = said(write(app, plan=str(plan)))
    assert "抽样3次" in text and "待补充" not in text
    assert re.search(r"多在[\d,]+tCO2e至[\d,]+tCO2e之间", text), text
    assert ("均未出现资金缺口" in text) == (draws["shortfall_wan_yuan"].max() == 0)


def test_without_an_analysis_the_section_says_what_to_run(analysed: tuple[Application, Path], tmp_path: Path) -> None:
    app, plan = analysed
    (tmp_path / "plan.json").write_bytes(plan.read_bytes())
    text = said(write(app, plan=str(tmp_path / "plan.json")))
    assert "待补充" in text and "--robust" in text


def test_an_analysis_of_other_decisions_is_not_shown(analysed: tuple[Application, Path], tmp_path: Path) -> None:
    _, path = analysed
    plan = Plan.load(path)
    kept = Robustness.load(beside.path(path))
    later = kept.selection.assign(planned_start=kept.selection["planned_start"] + 1)
    dataclasses.replace(kept, selection=later).save(beside.path(tmp_path / "plan.json"))
    assert beside.find(path, plan) is not None
    assert beside.find(tmp_path / "plan.json", plan) is None


def test_an_analysis_goes_when_the_plan_is_another(analysed: tuple[Application, Path], tmp_path: Path) -> None:
    _, path = analysed
    plan = Plan.load(path)
    workflow.write_plan(plan, tmp_path)
    beside.path(tmp_path / "plan.json").write_bytes(beside.path(path).read_bytes())
    workflow.write_plan(plan, tmp_path)
    assert beside.path(tmp_path / "plan.json").is_file()
    dearer = plan.projects.assign(investment_wan_yuan=plan.projects["investment_wan_yuan"] * 1.1)
    workflow.write_plan(plan.replace(projects=dearer), tmp_path)
    assert not beside.path(tmp_path / "plan.json").is_file()


def test_an_analysis_with_enough_draws_is_kept(analysed: tuple[Application, Path]) -> None:
    _, path = analysed
    before = beside.path(path).read_bytes()
    kept = beside.make(Plan.load(path).projects, path, 2, workers=1)
    assert len(kept.draws) == 3 and beside.path(path).read_bytes() == before
