"""A library that several offices share: by a URL in place of a path, from the command line too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fengwuwu.cli import main
from fengwuwu.errors import LibraryError
from fengwuwu.projects.library import Library
from fengwuwu.projects.location import absolute, database_at

Make = Callable[..., Path]
HEAD = ["项目编号", "项目名称", "所在县", "总投资（万元）"]
ROWS = [HEAD, ["示例-1", "示例项目", "奉节县", 100], ["示例-2", "示例项目", "某县", 100]]


def test_the_whole_life_of_a_form_from_the_command_line(
    new_location: Callable[[], Path | str], workbook: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ["--library", str(new_location())]
    output = ["--output", str(tmp_path)]
    assert main(["library", "list", *chosen]) == 1
    assert "找不到项目库" in capsys.readouterr().err
    assert main(["library", "import", str(workbook(ROWS)), *chosen, *output, "--by", "录入员"]) == 1
    said = capsys.readouterr()
    assert "新增 1，更新 0，未变 0，待定 0，退回 1" in said.out
    assert (tmp_path / "forms.rejected.xlsx").is_file()
    assert main(["assess", *chosen]) == 0
    assert main(["library", "decide", "示例-1", *chosen, "--status", "入库", "--reason", "已核实"]) == 0
    assert main(["library", "history", "示例-1", *chosen]) == 0
    assert "录入员" in capsys.readouterr().out
    assert main(["library", "export", str(tmp_path / "out.gpkg"), *chosen]) == 0
    assert main(["library", "export", str(tmp_path / "out.xlsx"), *chosen]) == 0
    assert main(["library", "import", str(tmp_path / "out.xlsx"), *chosen]) == 0
    assert "未变 1" in capsys.readouterr().out
    assert main(["check", *chosen, "--quiet"]) == 1, "the decision came after the assessment"
    assert "请重新运行 fengwuwu assess" in capsys.readouterr().out
    assert main(["assess", *chosen]) == 0
    assert main(["check", *chosen, "--quiet"]) == 0


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "postgresql://nowhere", "postgresql://a:b:c/d", "http://example.org/library.gpkg"]
)
def test_a_url_that_cannot_be_meant(url: str) -> None:
    with pytest.raises(LibraryError, match="网址写法不对") as caught:
        Library.open(url)
    assert "postgresql://用户名@服务器/数据库" in str(caught.value)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="连不上数据库服务器") as caught:
        Library.open(f"postgresql://office@/library?host={tmp_path}")
    assert "请核对服务器、数据库名和用户名" in str(caught.value)


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "")
    shared = database_at("postgresql://office:geheim@server/library")
    assert shared.location == "postgresql://office@server/library"
    assert shared.name == "library@server"
    assert "geheim" not in repr(Library(shared)) + str(shared) + repr(shared)
    assert os.environ["PGPASSWORD"] == "geheim"  # for the processes that write the reports


def test_absolute_locations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("library.gpkg") == str(tmp_path.resolve() / "library.gpkg")
    assert absolute("postgresql://a@b/c") == "postgresql://a@b/c"
