"""The executed notebook is the single source: what it carries equals what the cells wrote."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from fengwuwu.errors import ReportError
from fengwuwu.reporting import Report, write_docx, write_html
from fengwuwu.reporting.blocks import FigureBlock, read_document
from fengwuwu.reporting.numbering import number
from fengwuwu.reporting.sources import reference_rows

CELLS = """
import matplotlib.pyplot as plt, pandas as pd
from fengwuwu.reporting import Report
report = Report("题", organisation="单位", notice="示例数据", provenance={"乙": 2, "甲": 1})
# %%
report.facts.reference("b", title="乙文"); report.facts.reference("a", title="甲文")
report.facts.add("n", 5, unit="个", rule="行数")
report.heading("章")
report.paragraph("{doc:b}和{doc:a}，{n}，见{figure:f}。")
# %%
fig, ax = plt.subplots(figsize=(9, 9))
report.figure(fig, name="f", caption="图题")
# %%
report.table(pd.DataFrame({"x": [1.5, None]}), name="t", caption="表题", total_row=["x"])
report.sources()
"""


def _notebook(code: str, path: Path, *, run: bool = True) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in code.split("# %%")])
    if run:
        NotebookClient(notebook, kernel_name="python3", timeout=60, allow_errors=True).execute()
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _notebook(CELLS, tmp_path_factory.mktemp("测试 目录") / "a.ipynb")


def test_blocks_survive_saving(executed: Path) -> None:
    document = read_document(executed)
    assert [block.kind for block in document.blocks] == [
        "title", "heading", "paragraph", "figure", "table", "annex", "sources",
    ]  # fmt: skip
    assert document.title.provenance == [("乙", "2"), ("甲", "1")]
    rows = reference_rows(document, number(document))[1]
    assert [row[2] for row in rows] == ["《乙文》", "《甲文》"]
    assert [[cell.text for cell in row] for row in document.blocks[4].rows] == [["1.5"], ["待补充"], ["1.5"]]


def test_pictures_fit_the_page_and_travel_once(executed: Path) -> None:
    figure = next(block for block in read_document(executed).blocks if isinstance(block, FigureBlock))
    assert figure.png.startswith(b"\x89PNG")
    # 9 by 9 inches, shrunk to the height allowed, less the two pixels by which a picture may be rounded up
    assert 109.5 < figure.width_mm < 110.0
    raw = executed.read_text(encoding="utf-8")
    assert raw.count("iVBORw0KGgo") == 1


def test_both_files_are_written(executed: Path, tmp_path: Path) -> None:
    write_docx(executed, tmp_path / "新建" / "a.docx")
    write_html(executed, tmp_path / "新建" / "a.html")
    assert sorted(path.name for path in (tmp_path / "新建").iterdir()) == ["a.docx", "a.html"]


def test_cells_show_something_in_jupyter(executed: Path) -> None:
    notebook = nbformat.read(executed, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert outputs
    assert all(output.output_type == "display_data" for output in outputs)
    assert all({"text/html", "image/png"} & set(output.data) for output in outputs)
    assert "示例数据" in "".join(output.data.get("text/html", "") for output in outputs)


@pytest.mark.parametrize(
    ("code", "run", "message"),
    [
        (CELLS, False, "没有可输出的报告"),
        ("1/0", True, "运行时出错：ZeroDivisionError"),
        ("print(1)", True, "没有可输出"),
    ],
)
def test_what_is_no_report_is_refused(code: str, run: bool, message: str, tmp_path: Path) -> None:
    path = _notebook(code, tmp_path / "a.ipynb", run=run)
    with pytest.raises(ReportError, match=message):
        write_docx(path, tmp_path / "a.docx")


@pytest.mark.parametrize("content", ["", "{}", "not json"])
def test_a_file_that_is_no_notebook_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError):
        read_document(path)
    with pytest.raises(ReportError, match="读不出笔记本"):
        read_document(tmp_path / "missing.ipynb")


def test_a_real_table_in_a_report_with_notice_can_say_so() -> None:
    report = Report("题", notice="示例数据")
    real = pd.DataFrame({"a": ["x"], "data_kind": ["public"]})
    mixed = pd.DataFrame({"a": ["x", "y"], "data_kind": ["public", "illustrative"]})
    for name, frame, declared in (("r", real, None), ("m", mixed, None), ("d", mixed, False), ("p", real[["a"]], None)):
        report.table(frame, name=name, caption="表", columns={"a": "甲"}, illustrative=declared)
    assert [block.illustrative for block in report.blocks[1:]] == [False, True, False, True]
