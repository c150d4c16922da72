"""Notebooks: templates without results, parameters with help, golden ones that are the template with its parameters."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from fengwuwu import paths
from fengwuwu.reporting.execute import declared_parameters

TEMPLATES = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
GOLDEN = Path(__file__).resolve().parent / "golden"
CHECKED = "nbval-check-output"


def read(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_template_is_stripped_and_starts_with_a_title_and_its_parameters(path: Path) -> None:
    notebook = read(path)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert [place for place, cell in enumerate(notebook.cells) if "parameters" in tags(cell)] == [1]
    assert [cell.id for cell in notebook.cells] == [f"cell-{place}" for place in range(len(notebook.cells))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_parameter_is_a_scalar_with_help_in_chinese(path: Path) -> None:
    declared = declared_parameters(path)
    lines = read(path).cells[1].source.splitlines()
    assert len(declared) == len(lines)
    for line, (name, help_text) in zip(lines, declared.items(), strict=True):
        value = line.partition("=")[2].partition("#")[0]
        assert isinstance(json.loads(value), (str, int, float, bool)), line
        assert any("\u4e00" <= character <= "\u9fff" for character in help_text), name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_saved_as_nbformat_writes_it(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == nbformat.writes(read(path)).rstrip("\n") + "\n"


PARAMETERS = json.loads((GOLDEN / "parameters.json").read_text(encoding="utf-8"))


def test_every_template_has_a_golden_notebook() -> None:
    names = sorted(path.name for path in GOLDEN.glob("*.ipynb"))
    assert names == sorted(f"{name}.ipynb" for name in PARAMETERS)
    assert {path.stem for path in TEMPLATES} == set(PARAMETERS)


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_golden_notebook_is_the_template_with_its_parameters(name: str) -> None:
    """Only the cell papermill adds may differ."""
    template, golden = read(paths.NOTEBOOKS / f"{name}.ipynb"), read(GOLDEN / f"{name}.ipynb")
    injected = [cell for cell in golden.cells if "injected-parameters" in tags(cell)]
    assert len(injected) == 1
    given: dict[str, object] = {}
    exec(injected[0].source, given)
    assert {key: value for key, value in given.items() if key != "__builtins__"} == PARAMETERS[name]
    rest = [cell for cell in golden.cells if cell is not injected[0]]
    assert [(cell.cell_type, cell.source, tags(cell)) for cell in rest] == [
        (cell.cell_type, cell.source, tags(cell)) for cell in template.cells
    ]


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_golden_notebook_keeps_text_of_checked_cells_only(name: str) -> None:
    checked = 0
    for cell in read(GOLDEN / f"{name}.ipynb").cells:
        if cell.cell_type != "code":
            continue
        if CHECKED not in tags(cell):
            assert cell.outputs == []
            continue
        checked += 1
        assert [output.output_type for output in cell.outputs] == ["stream"]
        text = cell.outputs[0].text
        assert text.strip()
        assert not re.search(r"(?<!\w)/\w+/|\\|<table|\.gpkg", text), text
    assert checked
