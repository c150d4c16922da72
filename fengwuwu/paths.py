"""Where the files that come with the package are: ``data/`` and ``notebooks/``.

In a checkout they stand at the top of the repository; in an installed wheel below ``fengwuwu/_share``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHARE = _PACKAGE / "_share"
ROOT = _SHARE if _SHARE.is_dir() else _PACKAGE.parent

DATA = ROOT / "data"
GEO = DATA / "geo"
REFERENCE = DATA / "reference"
PROJECTS = DATA / "projects"
SCENARIOS = DATA / "scenarios"
NOTEBOOKS = ROOT / "notebooks"
# Real projects from public reports, and illustrative candidates; never added up.
SHIPPED_FORMS = (PROJECTS / "public_projects.csv", PROJECTS / "illustrative_candidates.csv")
ASSETS = _PACKAGE / "reporting" / "assets"
