"""Reports in parallel: one that fails leaves the others alone and says why in one line."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from fengwuwu.errors import ReportError
from fengwuwu.reporting.batch import Job, make_all

WRITE = """
from fengwuwu.reporting import Report

report = Report(f"{county}材料", notice="")
if county == "wushan":
    raise ValueError("没有数据")
report.facts.add_text("county", county)
report.heading("概况")
report.paragraph("本材料写{county}。")
"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    parameters = new_code_cell('county = "region"  # 县', metadata={"tags": ["parameters"]})
    made = new_notebook(cells=[parameters, new_code_cell(WRITE)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "template.ipynb"
    nbformat.write(made, path)
    return path


def jobs(notebook: Path, folder: Path, *counties: str) -> list[Job]:
    return [Job(c, notebook, folder / f"application_{c}.ipynb", {"county": c}) for c in counties]


@pytest.mark.slow
def test_a_failing_report_leaves_the_others_alone(notebook: Path, tmp_path: Path) -> None:
    folder = tmp_path / "输出 目录"
    outcomes = {o.name: o for o in make_all(jobs(notebook, folder, "fengjie", "wushan", "wuxi"), workers=2)}
    assert {name for name, o in outcomes.items() if o.succeeded} == {"fengjie", "wuxi"}
    assert [p.name for p in outcomes["wuxi"].outputs] == [
        "application_wuxi.ipynb",
        "application_wuxi.docx",
        "application_wuxi.pdf",
        "application_wuxi.html",
    ]
    assert all(path.is_file() for path in outcomes["wuxi"].outputs)
    assert "没有数据" in outcomes["wushan"].message
    assert (folder / "application_wushan.failed.ipynb").is_file()
    assert not (folder / "application_wushan.ipynb").exists()


@pytest.mark.slow
def test_documents_are_the_same_bytes_on_a_second_run(notebook: Path, tmp_path: Path) -> None:
    runs = [tmp_path / "first", tmp_path / "second"]
    for folder in runs:
        (outcome,) = make_all(jobs(notebook, folder, "wuxi"))
        assert outcome.succeeded, outcome.message
    for path in sorted(runs[0].iterdir()):
        assert path.read_bytes() == (runs[1] / path.name).read_bytes(), path.name


def test_faults_of_a_job_are_found_before_any_kernel_starts(notebook: Path, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="不支持的格式：doc"):
        next(make_all([Job("a", notebook, tmp_path / "a.ipynb", {"county": "wuxi"}, formats=("doc",))]))
    with pytest.raises(ReportError, match="笔记本没有参数：town"):
        next(make_all([Job("a", notebook, tmp_path / "a.ipynb", {"town": "x"})]))
    assert not (tmp_path / "a.ipynb").exists()
