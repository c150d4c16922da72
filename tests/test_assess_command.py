"""``fengwuwu assess``, ``library show`` and ``library list`` from the command line: options, figures by hand, files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from fengwuwu import paths
from fengwuwu.cli import main
from fengwuwu.errors import LibraryError
from fengwuwu.projects.emissions import PREFIX
from fengwuwu.projects.library import Library

HEAD = "项目编号,项目名称,所在县,技术类型,项目阶段,建设规模,规模单位,年产出（GWh）,运行寿命,总投资（万元）,数据性质"
FORM = f"""{HEAD},失信或重大环保违法
W,甲风电场,奉节县,陆上风电,可研,,,100,2,30000,申报,否
S,乙光伏电站,巫山县,集中式光伏,可研,50,MW,,,20000,申报,否
P,丙电厂,奉节县,煤电,投运,,,,,,公开,
R,丁公路,巫溪县,公路,在建,,,,,,公开,
X,示例：戊造林,巫溪县,造林,谋划,100,ha,,,900,示例,
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a library of five projects; gives status, output, errors."""
    monkeypatch.chdir(tmp_path)
    Path("form.csv").write_text(FORM, encoding="utf-8")
    assert main(["library", "import", "form.csv", "--quiet"]) == 0

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(list(arguments))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return status, said.out, said.err

    return command


def kept() -> pd.DataFrame:
    return Library.open("library.gpkg", create=False).assessed().set_index("project_id")


def test_the_path_that_was_used_is_said_and_the_result_is_kept(run: Run) -> None:
    status, said, _ = run("assess")
    assert status == 0 and "已评估 5 个项目" in said
    assert "电网因子路径：电网因子不变（无官方预测路径，按最新年份的值不变；假设）" in said
    assert "情景试算" not in said and "抽样" not in said
    assert kept().at["W", PREFIX] == pytest.approx(55_810)


def test_a_scenario_is_set_against_the_constant_factor_and_not_kept(run: Run) -> None:
    assert run("assess", "--quiet")[0] == 0
    before = kept()[PREFIX].dropna()
    status, said, _ = run("assess", "--grid-path", "电网因子每年下降 3 %", "--lists", "lists.xlsx")
    assert status == 0 and "电网因子路径：电网因子每年下降 3 %（假设；" in said and "没有存入项目库" in said
    pd.testing.assert_series_equal(kept()[PREFIX].dropna(), before)
    # wind, two years: 100 GWh × 0.5581 × (1 + 0.97) / 2; the trees use no power
    row = next(r for r in openpyxl.load_workbook("lists.xlsx")["N_能源"].iter_rows(values_only=True) if r[0] == "W")
    assert any(value == pytest.approx(55_810 * 0.985, abs=0.1) for value in row if isinstance(value, float))
    assert re.search(r"示例项目年减排量保守值合计：([\d,]+) → \1 tCO2e/年（\+0\.0%）", said)
    assert "公开项目没有可核算的年减排量" in said
    sheet = openpyxl.load_workbook("lists.xlsx")["N_能源"]
    assert any("电网因子每年下降 3 %" in str(sheet.cell(number, 1).value) for number in range(1, 5))


def test_sampling_is_seeded_summed_by_kind_and_written(run: Run) -> None:
    def sums(*more: str) -> list[str]:
        status, said, _ = run("assess", "--draws", "300", *more)
        assert status == 0
        return [line for line in said.splitlines() if "分位数：" in line]

    first = sums("--lists", "lists.xlsx")
    assert first == sums("--seed", "1") and first != sums("--seed", "2")
    assert [line.strip()[:8] for line in first] == ["申报项目 2 个", "示例项目 1 个"]
    low, middle, high = (float(x.replace(",", "")) for x in first[0].split("：")[1].split(" ")[0].split("、"))
    assert low < middle < high
    sheet = openpyxl.load_workbook("lists.xlsx")["N_能源"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    head = rows["项目编号"]
    each = {name: [rows[name][place] for place, text in enumerate(head) if "抽样" in str(text)] for name in ("W", "S")}
    assert each["W"] == [55_810] * 3  # what a form states is not drawn
    # the sum of the sampled project and the fixed one
    assert [55_810 + value for value in each["S"]] == pytest.approx([low, middle, high], abs=1)
    assert not any("sampled" in name for name in kept().columns)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--grid-path", "上升"], "没有名为“上升”的电网因子路径。\n处理办法：可选：constant（电网因子不变）"),
        (["--grading", "甲"], "没有名为“甲”的分级方案。\n处理办法：可用：地方指南。"),
        (["--lists", "清单.csv"], "清单只能存为 .xlsx，不能存为“.csv”"),
        (["--lists", "没有/清单.xlsx"], "没有这个文件夹"),
        (["--seed", "3"], "--seed 只在抽样时有用"),
        (["--draws", "1000000"], "抽样次数最多 100000"),
    ],
)
def test_a_wrong_option_is_named_before_anything_is_done(run: Run, arguments: list[str], said: str) -> None:
    status, out, err = run("assess", *arguments)
    assert status == 1 and said in err and out == ""
    with pytest.raises(LibraryError, match="还没有评估结果"):
        kept()


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--draws", "0"], "不是正整数"), (["--draws", "9", "--seed", "-1"], "不小于 0 的整数")]
)
def test_a_number_that_is_none_is_wrong_usage(run: Run, arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as caught:
        run("assess", *arguments)
    assert caught.value.code == 2


def test_the_workbook_holds_both_lists_the_view_and_what_is_missing(run: Run) -> None:
    status, said, _ = run("assess", "--lists", "清单.xlsx", "--grading", "地方指南")
    assert status == 0 and "清单已写到 清单.xlsx" in said
    assert "分级（按参考方案“地方指南”，《气候投融资项目库分级评估指南》（地区未确认，第三方转录），未核实）：" in said
    # 55 810 t of a limit of 100 000: 55.8 points; trees by the green channel
    assert "深绿：申报 0 个，示例 1 个，公开 0 个" in said and "浅绿：申报 2 个，示例 0 个，公开 0 个" in said
    book = openpyxl.load_workbook("清单.xlsx")
    two, view, missing = ["绿色重点项目清单", "转型金融重点项目清单"], "1+N总表", "补充材料清单"
    assert book.sheetnames == [*two, view, "N_能源", "N_农林", "N_交通", missing]
    members = {name: [row[0] for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}
    assert "P" in members[two[1]] and "P" not in members[two[0]]
    assert [name for name in members["N_能源"] if name in "WSP"] == ["W", "S", "P"]
    assert {"W", "S", "X"} <= set(members[missing]) and "P" not in members[two[0]]
    industries = [(row[0], row[1], row[2]) for row in book[view].iter_rows(values_only=True)]
    assert ("能源", "申报", 2) in industries and ("能源", "公开", 1) in industries and ("农林", "示例", 1) in industries
    head = next(row for row in book["N_能源"].iter_rows(values_only=True) if row[0] == "项目编号")
    assert "分级（参考方案）" in head and "年减排量保守值（tCO2e/年）" in head


def test_the_workbook_can_be_read_and_printed(run: Run) -> None:
    run("assess", "--lists", "清单.xlsx", "--quiet")
    for sheet in openpyxl.load_workbook("清单.xlsx"):
        head = next(n for n in range(1, 6) if sheet.cell(n, 2).value is not None)
        assert sheet.freeze_panes in {f"C{head + 1}", f"B{head + 1}"}
        assert sheet.print_title_rows == f"${head}:${head}" and sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth >= 1 and sheet.page_setup.fitToHeight == 0
        for row in sheet.iter_rows(min_row=head):
            if row[1].value is not None:  # the others say that a list is empty
                assert {cell.font.name for cell in row} <= {"宋体", "黑体"}
                assert sheet.row_dimensions[row[0].row].height
        long = max(sheet.iter_rows(min_row=head + 1), key=lambda row: max(len(str(cell.value)) for cell in row))
        if max(len(str(cell.value)) for cell in long) > 200:
            assert sheet.row_dimensions[long[0].row].height >= 2 * 13


def test_show_gives_the_range_by_sampling_when_asked_and_every_rule_with_its_source(run: Run) -> None:
    usual = run("library", "show", "S")[1]
    asked = run("library", "show", "S", "--draws", "50", "--seed", "7")[1]
    assert usual.count("抽样分位数") == 1 and "抽样 1000 次（种子 1）" in usual
    assert asked.count("抽样分位数") == 5 and "抽样 50 次（种子 7）" in asked
    assert "抽样分位数，按重庆电力平均因子" in asked
    part = usual.split("六、所用规则的来源")[1]
    for said in (
        "按技术类型归类 —— 按技术类型建议（本工具规则）；T/CSTE 0061—2021 第 4.3 条范围；",
        "D2 耕地、D3 基本草原、D3b Ⅰ级保护林地 —— 光伏用地文件（转载，未见文号），2023 年（未核实）",
        "N2 “两高”项目 —— 环办气候〔2021〕27号，2021 年（未核实）",
        "F3 分类无佐证 —— 本工具规则，2026 年（假设）",
        "中国技术经济学会《气候投融资项目分类指南》T/CSTE 0061—2021，2021-10（官方",
        "S1a 年减排量（集中式发电） —— 分档取自",
    ):
        assert said in part
    assert "D8 " not in part, "a rule for wind does not speak on a solar plant"
    fixed = run("library", "show", "W", "--draws", "20")[1]
    assert "此处没有带区间的缺省值，抽样不改变结果" in fixed
    assert run("library", "show", "S", "--seed", "1")[0] == 1


def test_the_list_says_which_kept_results_no_longer_hold(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "评估结果" not in run("library", "list")[1]  # nothing was assessed yet
    run("assess", "--quiet")
    said = run("library", "list")[1]
    assert "评估结果" in said and "已过时" not in said and "重新运行" not in said
    assert "✓ 评估结果" in run("check")[1]
    shutil.copytree(paths.REFERENCE, tmp_path / "reference")
    monkeypatch.setattr(paths, "REFERENCE", tmp_path / "reference")
    file = tmp_path / "reference" / "factors.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("重庆,2023,0.5581", "重庆,2023,0.5600"), encoding="utf-8")
    said = run("library", "list")[1]
    lines = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    assert "（已过时：因子、方法、规则或图层有变）" in lines["W"] and "已过时" not in lines["X"]
    outdated = "2 个项目的评估结果已过时，所用数据有变：factors 重庆 2023 电力平均排放因子：0.5581 → 0.56。"
    assert outdated in said
    code, checked, _ = run("check")
    assert code == 1 and f"✗ 评估结果：{outdated}请重新运行 fengwuwu assess。" in checked
    Path("more.csv").write_text(
        "项目编号,项目名称,所在县,总投资\nX,示例：戊造林,巫溪县,950\nN,己电站,奉节县,9\n", "utf-8"
    )
    run("library", "import", "more.csv", "--quiet")
    said = run("library", "list")[1]
    assert "1 个项目在上次评估之后有变更" in said and "1 个项目还没有评估" in said and "未评估" in said
    assert "评估结果" not in run("library", "list", "--as-of", "2030-01-01")[1]
