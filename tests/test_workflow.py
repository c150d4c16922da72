"""The chain from the command line on the shipped data: what is written, and what a fault leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fengwuwu import paths, workflow
from fengwuwu.cli import main
from fengwuwu.optimize import Plan
from fengwuwu.projects.library import Library

BASELINE = str(paths.SCENARIOS / "baseline.yaml")
# One start year and no ladder of objectives: enough for the chain, quick to solve.
QUICK = "name: quick\nstart_years: [2027]\nobjective: emission_reduction\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of the shipped projects and a quick scenario."""
    folder = tmp_path_factory.mktemp("工作 文件夹")
    with Library.open(folder / "library.gpkg") as library:
        for form in workflow.SHIPPED_FORMS:
            library.import_file(form, by="测试", reason="测试", output=folder)
    (folder / "quick.yaml").write_text(QUICK, encoding="utf-8")
    return folder


def run(workspace: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(workspace)
    return main(list(arguments))


def test_optimize_writes_a_sound_plan(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(workspace, monkeypatch, "optimize", "--scenario", BASELINE, "quick.yaml", "--quiet") == 0
    folder = workspace / "reports" / "quick"
    plan = Plan.load(folder / "plan.json")
    assert plan.status == "proven_optimal"
    assert plan.data_kind == "illustrative"
    assert plan.verify().empty
    assert (folder / "plan.xlsx").is_file()


def test_infeasible_scenario_is_one_chinese_message_and_keeps_the_earlier_plan(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(workspace, monkeypatch, "optimize", "--scenario", BASELINE, "quick.yaml", "--quiet")
    before = (workspace / "reports" / "quick" / "plan.json").read_bytes()
    limit = {"label": "奉节县资金", "sense": "floor", "county": "奉节", "value": 1e7}
    overlay = QUICK + f"limits: {json.dumps({'too_much': limit}, ensure_ascii=False)}\n"
    (workspace / "impossible.yaml").write_text(overlay, encoding="utf-8")
    capsys.readouterr()
    assert run(workspace, monkeypatch, "optimize", "--scenario", BASELINE, "impossible.yaml") == 1
    captured = capsys.readouterr()
    assert "没有同时满足全部约束的方案" in captured.err
    assert "把下限“奉节县资金”由 10,000,000 万元降到" in captured.err
    assert captured.out == ""
    assert (workspace / "reports" / "quick" / "plan.json").read_bytes() == before


@pytest.mark.parametrize(("name", "content"), [("forms.xlsx", b"hello"), ("forms.csv", b""), ("forms.docx", b"PK")])
def test_wrong_file_is_one_chinese_message(
    name: str,
    content: bytes,
    workspace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / name).write_bytes(content)
    before = Library.open(workspace / "library.gpkg").version
    assert run(workspace, monkeypatch, "library", "import", str(tmp_path / name)) == 1
    captured = capsys.readouterr()
    assert name in captured.err
    assert "处理办法：" in captured.err
    assert "Traceback" not in captured.err
    assert Library.open(workspace / "library.gpkg").version == before


def test_rejected_rows_are_said_and_kept(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    form = paths.PROJECTS / "illustrative_candidates.csv"
    assert run(workspace, monkeypatch, "library", "import", str(form), "--output", str(tmp_path)) == 1
    captured = capsys.readouterr()
    assert "读取 67 行；新增 0，更新 0，未变 64，待定 0，退回 3" in captured.out
    assert "第 66 行，列“所在县”" in captured.err
    assert (tmp_path / "illustrative_candidates.rejected.xlsx").is_file()


def test_assess_list_show_history_export(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(workspace, monkeypatch, "assess") == 0
    assert "已评估 138 个项目" in capsys.readouterr().out
    assert run(workspace, monkeypatch, "library", "list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 139
    assert run(workspace, monkeypatch, "library", "show", "FJ02") == 0
    shown = capsys.readouterr().out
    assert "128,363" in next(line for line in shown.splitlines() if "ER_average" in line)
    assert run(workspace, monkeypatch, "library", "history", "FJ02") == 0
    assert "第 1 版" in capsys.readouterr().out
    assert run(workspace, monkeypatch, "library", "export", str(tmp_path / "导出.xlsx")) == 0
    assert (tmp_path / "导出.xlsx").is_file()
    assert run(workspace, monkeypatch, "library", "show", "FJ99") == 1
    assert "没有编号“FJ99”" in capsys.readouterr().err


def test_check_passes(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(workspace, monkeypatch, "check") == 0
    assert capsys.readouterr().out.count("✓") >= 8


def test_template_imports_as_an_empty_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, monkeypatch, "library", "template", "申报表.xlsx") == 0
    assert run(tmp_path, monkeypatch, "library", "import", "申报表.xlsx") == 0
    assert "读取 0 行" in capsys.readouterr().out


@pytest.mark.slow
def test_report_of_one_county(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(workspace, monkeypatch, "optimize", "--scenario", BASELINE, "quick.yaml", "--quiet")
    assert run(workspace, monkeypatch, "report", "--county", "wuxi", "--as-of", "2099-01-31") == 0
    folder = workspace / "reports" / "quick"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (report,) = (entry for entry in manifest["reports"] if entry["name"] == "巫溪县")
    assert report["status"] == "完成"
    assert [entry["file"] for entry in report["outputs"]] == [
        f"application_wuxi.{suffix}" for suffix in ("ipynb", "docx", "pdf", "html")
    ]
    assert "2099年1月31日" in (folder / "application_wuxi.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_unchanged_reports_are_left_and_touched_ones_made_again(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(workspace, monkeypatch, "optimize", "--scenario", BASELINE, "quick.yaml", "--quiet")
    report = ("report", "--county", "wushan", "--format", "docx")
    folder = workspace / "reports" / "quick"
    word = folder / "application_wushan.docx"
    assert run(workspace, monkeypatch, *report) == 0
    first = word.read_bytes()
    capsys.readouterr()

    assert run(workspace, monkeypatch, *report) == 0
    assert "沿用已有文件" in capsys.readouterr().out

    word.write_bytes(first + b"edited")
    assert run(workspace, monkeypatch, *report) == 0
    assert "沿用已有文件" not in capsys.readouterr().out
    assert word.read_bytes() == first

    word.unlink()
    assert run(workspace, monkeypatch, *report) == 0
    assert word.read_bytes() == first

    form = workspace / "更正.csv"
    form.write_text("项目编号,项目名称,所在县,备注\nWS45,双龙大桥,巫山县,更正\n", encoding="utf-8")
    assert run(workspace, monkeypatch, "library", "import", str(form), "--quiet") == 0
    capsys.readouterr()
    assert run(workspace, monkeypatch, *report) == 0
    assert "沿用已有文件" not in capsys.readouterr().out, "the library changed"

    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["reports"]
    assert "巫山县" in {entry["name"] for entry in entries}
