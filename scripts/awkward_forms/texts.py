"""Text tables in the encodings and separators that occur."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tools import HEAD, PLACE, form, text

from fengwuwu.projects.coordinates import to_bd09, to_gcj02

LONG = [
    ["巫山县2026年三季度项目表（示例）", "", "", ""],
    HEAD,
    ["示例-WS-301", "示例：编码甲项目", "巫山县", "1,200"],
    ["示例-WS-302", "示例：编码乙项目，含“引号”和\n换行", "巫山县", "约3亿元"],
    ["合计", "", "", "31200"],
]


@form("gbk.csv")
def _gbk(path: Path) -> None:
    text(path, LONG, "gbk")


@form("utf8_bom.csv")
def _utf8_bom(path: Path) -> None:
    text(path, LONG, "utf-8-sig")


@form("gb18030_rare_letters.csv")
def _gb18030(path: Path) -> None:
    text(path, [HEAD, ["示例-FJ-311", "示例：𬭊㑇龑项目", "奉节县", "1200"]], "gb18030")


@form("unicode_text.csv")
def _unicode_text(path: Path) -> None:
    text(path, LONG, "utf-16", "\t")


@form("semicolons.csv")
def _semicolons(path: Path) -> None:
    lines = [[*HEAD, "分年投资比例"], ["示例-FJ-312", "示例：分号项目", "奉节县;巫山县", "1200,5", "0.4;0.6"]]
    text(path, lines, "utf-8", ";")


@form("unquoted_comma.csv")
def _unquoted_comma(path: Path) -> None:
    lines = [
        "项目编号,项目名称,所在县,总投资（万元）,融资需求（万元）",
        "示例-FJ-321,示例：逗号甲项目,奉节县,1,200,900",
        "示例-FJ-322,示例：逗号乙项目,奉节县,1200,900,,",
        "示例-FJ-323,示例：逗号丙项目,奉节县",
    ]
    path.write_bytes("\r\n".join(lines).encode())


@form("mixed_encodings.csv")
def _mixed_encodings(path: Path) -> None:
    path.write_bytes(",".join(HEAD).encode() + b"\n" + "示例-1,示例：混编项目,奉节县,1\n".encode("gbk") + b"\x81")


@form("baidu_points.csv")
def _baidu_points(path: Path) -> None:
    x, y = to_bd09(*to_gcj02(np.array([PLACE[0]]), np.array([PLACE[1]])))
    head = ["项目编号", "项目名称", "所在县", "经度", "纬度"]
    text(path, [head, ["示例-FJ-331", "示例：百度坐标项目", "奉节县", x[0], y[0]]], "gbk")
