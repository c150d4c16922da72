"""Golden notebooks: prepare the library and plan they read, or renew them from the templates.

``prepare`` builds ``tests/golden/work`` from the shipped data unless it is up to date; tests call it themselves.
``update`` executes the templates again and keeps only the text of the cells tagged ``nbval-check-output``.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import json
import time
from pathlib import Path

import nbformat
from nbval.plugin import coalesce_streams

from fengwuwu import paths, workflow
from fengwuwu.projects.library import Library
from fengwuwu.reporting.execute import execute

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
WORK = GOLDEN / "work"
PATIENT = GOLDEN / "patient.yaml"  # a time limit that no machine reaches, so that the plan's status never depends on it
CHECKED = "nbval-check-output"
LOCK_SECONDS = 900


def state() -> str:
    """Hash of everything the library and the plan depend on."""
    digest = hashlib.sha256()
    files = [*(ROOT / "fengwuwu").rglob("*.py"), *(p for p in paths.DATA.rglob("*") if p.is_file())]
    for path in sorted(files):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def prepare() -> Path:
    """Build the shipped library and plan into `WORK` when something changed; one process at a time."""
    WORK.mkdir(parents=True, exist_ok=True)
    stamp, lock = WORK / "state.txt", WORK / "lock"
    wanted = state()
    while True:
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return WORK
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.time() - lock.stat().st_mtime > LOCK_SECONDS:
                lock.rmdir()  # left by a process that was killed
            time.sleep(0.5)
    try:
        for old in WORK.glob("*.*"):
            old.unlink()
        with Library.open(WORK / "library.gpkg") as library:
            for form in workflow.SHIPPED_FORMS:
                library.import_file(form, by=getpass.getuser(), reason="golden", output=WORK)
            assessed = workflow.assess_library(library)
        workflow.make_plan(assessed, [workflow.BASELINE, PATIENT], WORK)
        stamp.write_text(wanted, encoding="utf-8")
    finally:
        lock.rmdir()
    return WORK


def strip(executed: nbformat.NotebookNode) -> None:
    """Keep the text of checked cells only, so that a difference means a different result."""
    executed.metadata["language_info"] = {"name": "python"}  # without the version of whoever renewed them
    for cell in executed.cells:
        if cell.cell_type != "code":
            continue
        if CHECKED in cell.metadata.get("tags", ()):
            said = [o for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
            cell["outputs"] = coalesce_streams(said)  # a slow kernel sends them in pieces
            cell["execution_count"] = 1
        else:
            cell["outputs"], cell["execution_count"] = [], None


def update() -> None:
    """Execute each template with the parameters of ``parameters.json`` and store what is to be compared."""
    prepare()
    parameters = json.loads((GOLDEN / "parameters.json").read_text(encoding="utf-8"))
    for name, values in parameters.items():
        template = paths.NOTEBOOKS / f"{name}.ipynb"
        output = GOLDEN / f"{name}.ipynb"
        execute(template, output, values, folder=GOLDEN)
        executed = nbformat.read(output, as_version=4)
        strip(executed)
        nbformat.write(executed, output)
        print(f"{output.relative_to(ROOT)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["prepare", "update"])
    {"prepare": prepare, "update": update}[parser.parse_args().action]()
