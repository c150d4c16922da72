"""The flow has one direction: a module imports only from the rooms above it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "fengwuwu"

# Room → rooms it may import from (besides its own).
BASE = {"errors", "paths", "vocabulary", "region", "reference", "layer_registry", "geo"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "paths": set(),
    "vocabulary": set(),
    "region": {"errors"},
    "reference": {"errors", "paths", "vocabulary"},
    "layer_registry": {"errors", "paths", "region"},
    "geo": {"errors", "layer_registry"},
    "projects": BASE,
    "optimize": BASE,
    "reporting": BASE | {"projects", "optimize"},
    "notebook": BASE | {"projects", "optimize", "reporting"},
    "saying": set(),
    "applications": BASE | {"projects", "optimize", "reporting", "saying"},
    "workflow": BASE | {"projects", "optimize", "reporting", "applications", "saying"},
    "__init__": BASE | {"projects", "optimize", "reporting", "workflow"},
    "checkup": BASE | {"projects", "optimize", "reporting"},
    "commands": BASE | {"projects", "optimize", "reporting", "applications", "workflow", "saying", "checkup"},
    "chinese_argparse": set(),
    "cli": {"errors", "paths", "chinese_argparse", "commands"},
    "__main__": {"cli"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Names of the package's rooms that a file imports, lazily or not."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "fengwuwu":
                known = len(parts) > 1 and parts[1] in ALLOWED
                found.add(parts[1] if known else "__init__")
    return found


FILES = sorted(PACKAGE.rglob("*.py"))

# Room of the optimiser → rooms of the optimiser it may import from, besides its flat files.
OPTIMISER: dict[str, set[str]] = {
    "": {"structure", "infeasible", "verify", "reasons"},
    "structure": set(),
    "infeasible": set(),
    "verify": set(),
    "reasons": set(),
    "rivals": {"reasons"},
    "robust": {"rivals"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_flow(path: Path) -> None:
    own = room(path)
    assert own in ALLOWED, f"{own} is a new room: say in this test what it may import"
    assert imports(path) - {own} <= ALLOWED[own]


@pytest.mark.parametrize("path", sorted((PACKAGE / "optimize").rglob("*.py")), ids=lambda p: "/".join(p.parts[-2:]))
def test_rooms_of_the_optimiser(path: Path) -> None:
    """The plan is made and checked without what is asked of it afterwards (which is what ``studies`` gathers)."""
    own = "" if path.parent.name == "optimize" else path.parent.name
    if not own and path.name in ("__init__.py", "studies.py"):
        return
    names = re.findall(r"from fengwuwu\.optimize\.(\w+)[ .]", path.read_text(encoding="utf-8"))
    assert {name for name in names if name in OPTIMISER} - {own} <= OPTIMISER[own]


def test_no_file_is_long() -> None:
    long = {p.as_posix(): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long, f"more than 400 lines, so probably more than one idea: {long}"


def test_the_writers_of_documents_load_only_when_documents_are_written() -> None:
    """They take seconds, which `assess`, `optimize` and `explain` need not wait for."""
    code = "import sys, fengwuwu.workflow; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"fengwuwu.reporting", "papermill", "nbformat", "seaborn", "docx"} & set(loaded)


def test_a_notebook_that_writes_a_report_does_not_load_what_only_reads_one() -> None:
    """Loading nbformat takes seconds, in each kernel and for ``fengwuwu check``."""
    code = "import sys, fengwuwu.reporting; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"papermill", "nbformat"} & set(loaded)
