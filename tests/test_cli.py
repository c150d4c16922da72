"""The command line as users meet it: Chinese throughout, honest exit statuses, no traceback."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fengwuwu import workflow
from fengwuwu.cli import build_parser, main
from fengwuwu.errors import InputError


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from parsers(child)


ALL = list(parsers(build_parser()))
COMMANDS = {word for parser in ALL for word in parser.prog.split()}


@pytest.mark.parametrize("parser", ALL, ids=lambda p: p.prog)
def test_help_is_chinese(parser: argparse.ArgumentParser) -> None:
    text = parser.format_help()
    assert "用法：" in text
    # what is left of English are names: commands, options, file suffixes
    words = re.sub(r"--?[a-z][\w-]*|[\w.]*\.\w+|fengwuwu[\w -]*|\{[^}]*\}|reports/", "", text)
    left = set(re.findall(r"[A-Za-z]{3,}", words))
    known = {"docx", "pdf", "html", "region", "all", "JupyterLab", "notebooks", "EPSG", "gcj", "postgresql"}
    known |= {
        "Dask",
        "tcp",
        "time",
        "limit",
        "Ctrl",
    }  # a product, the scheme of an address, a field of scenarios, a key
    assert left <= known | COMMANDS


def test_every_command_and_option_explains_itself() -> None:
    for parser in ALL:
        for action in parser._actions:
            assert action.help or isinstance(action, argparse._SubParsersAction), f"{parser.prog}: {action.dest}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "缺少参数"),
        (["optimise"], "不能填 'optimise'"),
        (["report", "--county", "beijing"], "不能填 'beijing'"),
        (["report", "--as-of", "2026-13-01"], "日期“2026-13-01”写法不对"),
        (["report", "--workers", "0"], "不是正整数"),
        (["report", "--format", "pdf,doc"], "格式“pdf,doc”不可用"),
        (["library", "show"], "缺少参数：编号"),
        (["check", "--fast"], "不认识的参数：--fast"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["library", "list"], "找不到项目库"),
        (["library", "show", "FJ-1", "--library", "没有.gpkg"], "没有.gpkg"),
        (["library", "import", "没有.xlsx"], "没有.xlsx"),
        (["assess"], "找不到项目库"),
        (["optimize", "--scenario", "没有.yaml"], "没有.yaml"),
        (["report"], "还没有投融资方案"),
        (["report", "--plan", "没有.json"], "没有.json"),
        (["run", "--library", "没有.gpkg"], "没有.gpkg"),
    ],
)
def test_ordinary_mistakes_exit_with_1_and_say_where(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert not (tmp_path / "fengwuwu-error.log").exists()
    assert not list(tmp_path.glob("*.gpkg")), "looking into a library must not create one"


def test_a_fault_of_ours_is_said_to_be_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: argparse.Namespace) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("fengwuwu.commands.check.check", broken)
    assert main(["check"]) == 1
    assert "这不是您的操作问题" in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "fengwuwu-error.log").read_text(encoding="utf-8")


def test_the_main_job_needs_no_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `make run` calls: the shipped data and the baseline, whatever other commands make of the same options."""
    asked: dict[str, object] = {}

    def noted(**given: object) -> None:
        asked.update(given)
        raise InputError("到此为止。")

    monkeypatch.setattr(workflow, "run", noted)
    assert main(["run"]) == 1
    assert asked["scenario_files"] == [workflow.BASELINE]
    assert (asked["library"], asked["output"], asked["plan_path"]) == (None, None, None)
    assert (asked["grid_path"], asked["draws"]) == (None, workflow.DRAWS)
    main(["run", "--robust", "0", "--grid-path", "电网因子每年下降 1 %"])
    assert (asked["grid_path"], asked["draws"]) == ("电网因子每年下降 1 %", 0)


def test_a_plan_keeps_its_own_grid_path(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--plan", "plan.json", "--grid-path", "电网因子每年下降 1 %"]) == 1
    assert "去掉 --grid-path" in capsys.readouterr().err
