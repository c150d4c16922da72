"""`fengwuwu optimize` as users type it: the curve, and an earlier plan revised."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from fengwuwu import paths, workflow
from fengwuwu.cli import main
from fengwuwu.optimize import Frontier, Plan, Robustness
from fengwuwu.projects.library import Library
from fengwuwu.reporting.application import context

BASELINE = str(paths.SCENARIOS / "baseline.yaml")
# One start year and a coarse gap: enough for the commands, quick to solve.
QUICK = "name: quick\nstart_years: [2027]\nobjective: emission_reduction\ngap: 0.001\n"
TIGHT = QUICK + "instruments:\n  green_loan:\n    budget_wan_yuan: {2027: 4000}\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of the shipped projects, a quick scenario and its plan."""
    folder = tmp_path_factory.mktemp("工作 文件夹")
    with Library.open(folder / "library.gpkg") as library:
        for form in workflow.SHIPPED_FORMS:
            library.import_file(form, by="测试", reason="测试", output=folder)
    (folder / "quick.yaml").write_text(QUICK, encoding="utf-8")
    (folder / "tight.yaml").write_text(TIGHT, encoding="utf-8")
    library_file = str(folder / "library.gpkg")
    scenario = ["--scenario", BASELINE, str(folder / "quick.yaml")]
    assert main(["optimize", *scenario, "--library", library_file, "--output", str(folder / "out"), "--quiet"]) == 0
    return folder


def run(workspace: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(workspace)
    return main(["optimize", *arguments])


def sheets(path: Path) -> set[str]:
    return set(pd.read_excel(path, sheet_name=None, engine="openpyxl"))


def test_the_curve_and_its_plans(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "curve").mkdir()
    (workspace / "curve" / "frontier_point_9.json").write_text("{}", encoding="utf-8")
    files = ("--scenario", BASELINE, "quick.yaml")
    assert run(workspace, monkeypatch, *files, "--frontier", "3", "--output", "curve") == 0
    said = capsys.readouterr().out
    front = Frontier.load(workspace / "curve" / "frontier.json")
    assert "示例数据，不得作为申报依据" in said
    assert "取舍曲线" in said
    assert len(front.table) >= 2
    assert front.table["climate_share"].is_monotonic_increasing
    assert front.table["emission_reduction_t"].is_monotonic_decreasing
    plans = sorted(p.name for p in (workspace / "curve").glob("frontier_point_*.json"))
    assert plans == [f"frontier_point_{i}.json" for i in front.table["point"]]
    assert Plan.load(workspace / "curve" / plans[0]).verify().empty
    assert not (workspace / "curve" / "plan.json").exists()


def test_a_revised_plan_says_what_it_changes_and_keeps_the_old_one(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = Plan.load(workspace / "out" / "plan.json")
    arguments = ("--scenario", BASELINE, "tight.yaml", "--revise", "out/plan.json", "--output", "out")
    assert run(workspace, monkeypatch, *arguments, "--max-changes", "4") == 0
    said = capsys.readouterr().out
    new = Plan.load(workspace / "out" / "plan.json")
    assert "与原方案相比" in said
    assert "plan_before.json" in said
    assert Plan.load(workspace / "out" / "plan_before.json").to_json() == old.to_json()
    assert new.verify().empty
    assert new.stability is not None
    assert 1 <= len(new.stability.changes(new.decisions)) <= 4
    found = json.loads((workspace / "out" / "difference.json").read_text(encoding="utf-8"))
    assert {"projects", "money", "figures"} <= set(found)
    assert {"决策", "与原方案相比", "资金与指标增减"} <= sheets(workspace / "out" / "plan.xlsx")


def test_without_a_number_the_curve_of_changes_chooses(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(workspace, monkeypatch, "--revise", "out/plan.json", "--output", "chosen") == 0
    said = capsys.readouterr().out
    assert "变动曲线" in said
    assert "建议 Δ=" in said
    assert "变动曲线" in sheets(workspace / "chosen" / "plan.xlsx")


def test_a_price_per_change(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a price above all there is to gain nothing changes."""
    assert run(workspace, monkeypatch, "--revise", "chosen/plan.json", "--change-price", "1e9", "--quiet") == 0
    new = Plan.load(workspace / "reports" / "quick" / "plan.json")
    assert new.stability is not None
    assert new.stability.changes(new.decisions) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--max-changes", "3"], "用 --revise 指定原方案"),
        (["--revise", "out/plan.json", "--frontier", "3"], "不能同时用"),
        (["--revise", "missing.json"], "读不到方案文件"),
        (["--time-limit", "0"], "须大于 0"),
    ],
)
def test_options_that_do_not_fit_are_one_message(
    arguments: list[str],
    said: str,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(workspace, monkeypatch, *arguments) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--frontier", "1"], ["--max-changes", "-1"], ["--change-price", "x"]])
def test_wrong_figures_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["optimize", *arguments])
    assert caught.value.code == 2


def test_a_time_limit_from_the_shell_stands_in_the_plan(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ("--scenario", BASELINE, "quick.yaml")
    assert run(workspace, monkeypatch, *files, "--time-limit", "45", "--output", "timed", "--quiet") == 0
    assert Plan.load(workspace / "timed" / "plan.json").scenario.time_limit == 45


def test_explain_prints_and_writes_reasons(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workspace)
    main(["optimize", "--scenario", BASELINE, "quick.yaml", "--output", "reasons", "--quiet"])
    plan = Plan.load(workspace / "reasons" / "plan.json")
    name = str(plan.decisions["project_id"][~plan.decisions["funded"]].iloc[0])
    assert main(["explain", "reasons/plan.json", name, "--output", "说明.txt"]) == 0
    said = capsys.readouterr().out
    text = (workspace / "说明.txt").read_text(encoding="utf-8")
    assert text in said
    assert text.startswith(name)
    assert "示例数据，不得作为申报依据" in text
    assert main(["explain", "reasons/plan.json", "--separate"]) == 0
    assert "联合安排与三县各自安排相比（示例数据，不得作为申报依据）" in capsys.readouterr().out
    assert main(["explain", "reasons/plan.json", name, "--separate"]) == 1
    assert main(["explain", "reasons/plan.json", "没有"]) == 1
    assert "方案中没有项目 没有" in capsys.readouterr().err
    assert main(["explain", "reasons/plan.json", name, "--output", "说明.docx"]) == 1
    assert ".txt 或 .md" in capsys.readouterr().err


def test_progress_is_for_the_terminal_and_results_for_the_pipe(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workspace)
    piped = ["explain", "out/plan.json"]
    assert main(piped) == 0
    in_a_pipe = capsys.readouterr()
    assert in_a_pipe.err == ""
    assert "方案说明" in in_a_pipe.out and "求解：" not in in_a_pipe.out
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(piped) == 0
    on_a_terminal = capsys.readouterr()
    assert on_a_terminal.out == in_a_pipe.out
    assert "求解：" in on_a_terminal.err and "已用" in on_a_terminal.err
    assert main([*piped, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    files = ("--scenario", BASELINE, "quick.yaml", "--output", "shown")
    assert run(workspace, monkeypatch, *files) == 0
    shown = capsys.readouterr()
    assert "求投融资方案，已用" in shown.err
    assert "已用" not in shown.out and "入选" in shown.out


def test_no_plan_names_the_repair_and_the_rules(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    floor = "limits:\n  huge: {label: 巫溪全部, sense: floor, value: 900000, county: 巫溪县}\n"
    (workspace / "huge.yaml").write_text(QUICK + floor, encoding="utf-8")
    assert run(workspace, monkeypatch, "--scenario", BASELINE, "huge.yaml", "--output", "none") == 1
    said = capsys.readouterr().err
    assert "没有同时满足全部约束的方案" in said
    assert "把下限“巫溪全部”由 900,000 万元降到" in said
    assert "不能满足的规则：下限“巫溪全部”" in said or "不能同时满足的规则（" in said
    assert not (workspace / "none").exists()


@pytest.mark.slow
def test_how_reliable_the_plan_is(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ("--scenario", BASELINE, "quick.yaml")
    (workspace / "robust").mkdir()
    (workspace / "robust" / "alternative_9.json").write_text("{}", encoding="utf-8")
    arguments = ("--robust", "2", "--seed", "3", "--workers", "1", "--strategies", "--output", "robust")
    assert run(workspace, monkeypatch, *files, *arguments) == 0
    said = capsys.readouterr().out
    folder = workspace / "robust"
    found = Robustness.load(folder / "robustness.json")
    assert (found.seed, len(found.draws)) == (3, 2)
    for words in (
        "稳健性（示例数据，不得作为申报依据；偿债覆盖未检验（假设））",
        "后悔值",
        "先到先得",
        "备选 1",
        "保守方案",
    ):
        assert words in said
    assert {"入选频率", "假设影响排序", "不确定性假设", "备选方案"} <= sheets(folder / "robustness.xlsx")
    assert "选择办法对比" in sheets(folder / "plan.xlsx")
    others = sorted(path.name for path in folder.glob("alternative_*.json"))
    assert others == [f"alternative_{k}.json" for k in range(1, len(others) + 1)]
    assert Plan.load(folder / "alternative_1.json").verify().empty
    assert run(workspace, monkeypatch, *files, "--output", "plain") == 0
    assert (folder / "plan.json").read_bytes() == (workspace / "plain" / "plan.json").read_bytes()


@pytest.mark.parametrize(
    "arguments", [("--seed", "1"), ("--robust", "5", "--frontier", "3"), ("--strategies", "--revise", "out/plan.json")]
)
def test_options_of_reliability_that_do_not_go_together(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(workspace, monkeypatch, *arguments) == 1
    assert "--strategies" in capsys.readouterr().err


@pytest.mark.slow
def test_a_plan_along_a_path_of_the_grid_factor_and_its_revision(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = ["--scenario", BASELINE, "quick.yaml"]
    assert run(workspace, monkeypatch, *scenario, "--grid-path", "decline_3", "--output", "path") == 0
    assert "按电网因子情景“电网因子每年下降 3 %”核算" in capsys.readouterr().out
    plan, usual = Plan.load("path/plan.json"), Plan.load("out/plan.json")
    named = "emission_reduction_t_per_year"
    along, before = (p.projects.set_index("project_id")[named] for p in (plan, usual))
    assert along["示例-FJ-003"] < before["示例-FJ-003"]  # a wind farm
    # the revision keeps to the path without being told; a report on the plan follows it too
    assert run(workspace, monkeypatch, "--revise", "path/plan.json", "--max-changes", "1", "--output", "again") == 0
    assert Plan.load("again/plan.json").grid_path == plan.grid_path == "电网因子每年下降 3 %"
    application = context.load("wuxi", "library.gpkg", "path/plan.json")
    assert "情景" in application.plan_note and application.provenance("")["电网因子情景"] == plan.grid_path
    reported = application.all_candidates.set_index("project_id")[named].reindex(along.index)
    assert reported.tolist() == pytest.approx(along.tolist(), nan_ok=True)
    assert run(workspace, monkeypatch, "--grid-path", "没有") == 1
