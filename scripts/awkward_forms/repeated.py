"""Forms of two quarters that tell of the same projects."""

from __future__ import annotations

from pathlib import Path

from tools import HEAD, book, form


@form("third_quarter.xlsx")
def _third_quarter(path: Path) -> None:
    book({
        "项目": [
            [*HEAD, "备注"],
            ["示例-WX-361", "示例：续报甲项目", "巫溪县", 5000, "示例"],
            ["示例-WX-362", "示例：续报乙项目", "巫溪县", 6000, "示例"],
        ]
    }).save(path)


@form("fourth_quarter.xlsx")
def _fourth_quarter(path: Path) -> None:
    book({
        "项目": [
            ["编号", "名称", "区县", "总投资（亿元）", "备注"],
            ["示例-WX-361", "示例：续报甲项目", "巫溪", 0.5, "示例"],
            ["示例-WX-362", "示例：续报乙项目", "巫溪", 0.65, None],
            ["示例-WX-363", "示例：新报丙项目", "巫溪", 0.7, "示例"],
            ["示例-WX-364", "示例：新报丁项目", "某某县", 0.8, "示例"],
        ]
    }).save(path)
