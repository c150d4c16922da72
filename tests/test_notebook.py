"""Which library a notebook gets: the one named, that of the last run, else a temporary one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fengwuwu import notebook, paths
from fengwuwu.errors import InputError
from fengwuwu.projects.library import Library


def test_the_library_named(tmp_path: Path) -> None:
    path = tmp_path / "本县.gpkg"
    Library.open(path)
    given = notebook.open_library(str(path))
    assert given.library.path == path
    assert "本县.gpkg" in given.told
    assert given.folder == tmp_path


def test_looking_into_a_library_does_not_create_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到项目库"):
        notebook.open_library(str(tmp_path / "无.gpkg"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("start", ["", "notebooks"])
def test_the_last_run_is_found_from_the_workspace_and_from_the_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    run = tmp_path / "reports" / "baseline"
    run.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    Library.open(run / "library.gpkg")
    monkeypatch.chdir(tmp_path / start)
    given = notebook.open_library()
    assert given.library.path.resolve() == run / "library.gpkg"
    assert "最近一次" in given.told


def test_without_a_run_the_shipped_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = notebook.open_library()
    assert "临时" in given.told
    counts = given.library.projects()["data_kind"].value_counts()
    assert counts["public"] > 0
    assert counts["illustrative"] > 0
    assert given.library.version == len(paths.SHIPPED_FORMS)
    assert not list(tmp_path.iterdir())


def test_a_day_before_the_first_import_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = notebook.open_library()
    assert len(given.projects()) == len(given.library.projects())
    with pytest.raises(InputError, match="截至 2020-01-01，项目库里没有项目") as caught:
        given.projects("2020-01-01")
    assert caught.value._render_traceback_() == [str(caught.value)]
