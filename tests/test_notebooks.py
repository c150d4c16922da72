"""Notebooks: templates without results, parameters with help, golden ones that are the template with its parameters."""

from __future__ import annotations

import json
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
