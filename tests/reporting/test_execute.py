"""Notebooks run by papermill: parameters are checked, failures are named, results are reproducible."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from fengwuwu.errors import ReportError
from fengwuwu.reporting.execute import check_parameters, declared_parameters, execute


def notebook(path: Path, *cells: str) -> Path:
    parameters = new_code_cell('county = "region"  # 县\nyear = 2027  # 年份', metadata={"tags": ["parameters"]})
    made = new_notebook(cells=[parameters, *map(new_code_cell, cells)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, path)
    return path


def test_declared_parameters_come_with_their_help(tmp_path: Path) -> None:
    assert declared_parameters(notebook(tmp_path / "a.ipynb")) == {"county": "县", "year": "年份"}


def test_unknown_parameter_is_refused_before_any_kernel_starts(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="笔记本没有参数：contry") as caught:
        execute(notebook(tmp_path / "a.ipynb"), tmp_path / "out.ipynb", {"contry": "wuxi"})
    assert "county、year" in str(caught.value)
    assert not (tmp_path / "out.ipynb").exists()


def test_a_path_is_no_json_scalar(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="不能传给笔记本"):
        check_parameters(notebook(tmp_path / "a.ipynb"), {"county": tmp_path})  # type: ignore[dict-item]


@pytest.mark.slow
def test_parameters_arrive_and_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "测试 目录"
    folder.mkdir()
    source = notebook(folder / "a.ipynb", "print(county, year + 1)")
    outputs = [folder / "第一次.ipynb", folder / "第二次.ipynb"]
    for output in outputs:
        execute(source, output, {"county": "wuxi"})
    executed = nbformat.read(outputs[0], as_version=4)
    assert executed.cells[-1].outputs[0].text == "wuxi 2028\n"
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


@pytest.mark.slow
def test_a_failing_cell_leaves_a_failed_notebook_and_one_message(tmp_path: Path) -> None:
    source = notebook(tmp_path / "a.ipynb", "1 / 0")
    output = tmp_path / "out.ipynb"
    output.write_text("older", encoding="utf-8")
    with pytest.raises(ReportError, match="ZeroDivisionError") as caught:
        execute(source, output, {})
    assert not output.exists(), "an older report must not pass for the new one"
    assert (tmp_path / "out.failed.ipynb").exists()
    assert "out.failed.ipynb" in str(caught.value)


@pytest.mark.slow
def test_an_ordinary_mistake_comes_as_it_was_explained(tmp_path: Path) -> None:
    source = notebook(tmp_path / "a.ipynb", "from fengwuwu.errors import InputError\nraise InputError('缺少一列。')")
    with pytest.raises(ReportError, match="个单元出错：缺少一列。"):
        execute(source, tmp_path / "out.ipynb", {})


@pytest.mark.slow
def test_a_warning_in_a_cell_fails_the_report(tmp_path: Path) -> None:
    source = notebook(tmp_path / "a.ipynb", "import warnings\nwarnings.warn('危险')")
    with pytest.raises(ReportError, match="执行中有警告"):
        execute(source, tmp_path / "out.ipynb", {})
    assert (tmp_path / "out.failed.ipynb").exists()
