"""The shipped forms import as they should: facts and examples whole, the bad examples refused."""

from __future__ import annotations

from pathlib import Path

from fengwuwu import paths
from fengwuwu.projects.library import Library


def test_public_projects_import_whole(library: Library) -> None:
    result = library.import_file(paths.PROJECTS / "public_projects.csv")
    assert (result.accepted, result.rejected, len(result.problems)) == (74, 0, 0)
    assert set(library.projects()["data_kind"]) == {"public"}


def test_illustrative_candidates_import_but_for_the_bad_ones(library: Library) -> None:
    result = library.import_file(paths.PROJECTS / "illustrative_candidates.csv")
    assert result.accepted >= 50
    assert result.rejected == 3
    assert result.rejected_file is not None
    assert set(library.projects()["data_kind"]) == {"illustrative"}
    last = result.rows["row"].max()
    assert set(result.problems.loc[result.problems["severity"] == "error", "row"]) == {last - 2, last - 1, last}


def test_both_together_export_and_come_back(library: Library, tmp_path: Path) -> None:
    for name in ("public_projects.csv", "illustrative_candidates.csv"):
        library.import_file(paths.PROJECTS / name)
    count = len(library.projects())
    result = library.import_file(library.export(tmp_path / "out.xlsx"))
    assert (result.unchanged, result.rows_read, len(result.problems)) == (count, count, 0)
    assert library.check() == []
