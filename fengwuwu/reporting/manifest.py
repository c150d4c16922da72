"""manifest.json: what went in, what came out, by hash; the only place where clock times stand."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("fengwuwu", "pandas", "geopandas", "pulp", "highspy", "papermill", "python-docx", "typst")


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_entry(path: Path) -> dict[str, object]:
    """Name, size in bytes and digest of a file."""
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Entries of the reports in a folder's manifest by name; empty when there is none that can be read."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {str(report["name"]): report for report in content["reports"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(
    folder: Path,
    *,
    inputs: Iterable[Mapping[str, object]],
    reports: Iterable[Mapping[str, Any]],
    parameters: Mapping[str, Any],
) -> Path:
    """Write ``manifest.json`` into `folder` and return its path.

    Parameters
    ----------
    inputs : iterable of mapping
        What the reports were made from: files as `file_entry` gives them, and the library.
    reports : iterable of mapping
        Per report: ``name``, ``status``, ``seconds``, ``message``, ``key`` (see `freshness`), ``outputs`` (as
        `file_entry` gives them).
    parameters : mapping
        JSON values common to all reports.
    """
    content = {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in PACKAGES},
        "parameters": dict(parameters),
        "inputs": [dict(entry) for entry in inputs],
        "reports": [dict(report) for report in reports],
    }
    path = folder / "manifest.json"
    scratch = path.with_suffix(".part")
    scratch.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    scratch.replace(path)  # a process killed here leaves the old manifest or the new one
    return path
