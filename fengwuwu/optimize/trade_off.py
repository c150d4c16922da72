"""The trade-off curve as a result: its points, their plans, and the one suggested."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize.plan import Plan, rows_of
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE

COLUMNS = [
    "point",
    "emission_reduction_t",
    "climate_share",
    "status",
    "gap",
    "share_floor",
    "emission_bound_t",
    "climate_share_bound",
    "funded_count",
    "investment_wan_yuan",
    "financing_wan_yuan",
    "knee",
    "proof",
]
_FORMAT = 1
_SHARED = ("projects", "set_aside")  # equal in all plans of a front, written once


@dataclass(frozen=True)
class Frontier:
    """Efficient plans: none saves more without a lower share, none has a higher share without saving less.

    Attributes
    ----------
    table : DataFrame
        One row per point, by ascending share: ``point`` (1, 2, …); ``emission_reduction_t`` (tCO2e within the
        accounting window); ``climate_share`` (0–1, region and all budget years); ``status`` (worst of the two runs of
        the point; ``proven_optimal``: proven to be efficient); ``gap`` (largest of its runs, relative);
        ``share_floor`` (the share asked for, 0–1; missing where none was); ``emission_bound_t`` (no plan with this
        floor saves more); ``climate_share_bound``; ``funded_count``; ``investment_wan_yuan``, ``financing_wan_yuan``
        (万元); ``knee``; ``proof`` (Chinese). A floor for which the time did not suffice has a row without values.
    plans : tuple of Plan or None
        In the order of the table. The floor on the share is one of the limits of the plan's scenario.
    knee : int or None
        Number of the suggested point.
    knee_reason : str
        Chinese: why this one, by which method; or why none is suggested.
    solves, bypassed : int
        Lexicographic runs made, and points of the grid that needed none, because an earlier run had passed them.
    notes : tuple of str
        Chinese.
    """

    table: pd.DataFrame
    plans: tuple[Plan | None, ...]
    knee: int | None
    knee_reason: str
    solves: int
    bypassed: int
    notes: tuple[str, ...] = ()

    def plan(self, point: int) -> Plan:
        """The plan of a point, by its number in the table.

        Raises
        ------
        InputError
            There is no such point, or no plan was found for it in time.
        """
        found = self.plans[point - 1] if 1 <= point <= len(self.plans) else None
        if found is None:
            known = "、".join(str(i) for i, plan in enumerate(self.plans, 1) if plan is not None)
            raise InputError(f"取舍曲线没有第 {point} 点的方案。", remedy=f"可用的点：{known or '无'}。")
        return found

    def summary(self) -> str:
        """A few lines in Chinese."""
        solved = self.table[self.table["emission_reduction_t"].notna()]
        proven = int((solved["status"] == "proven_optimal").sum())
        shown = [plan for plan in self.plans if plan is not None]
        notice = f"（{ILLUSTRATIVE_NOTICE}）" if shown and shown[0].data_kind == "illustrative" else ""
        lines = [f"取舍曲线{notice}：{len(solved)} 个点，其中 {proven} 个已证明为有效点；求解 {self.solves} 次。"]
        for row in solved.to_dict("records"):
            mark = "　← 建议" if row["knee"] else ""
            status = "" if row["status"] == "proven_optimal" else f"（未证明为有效点，差距 {percent(row['gap'])}）"
            lines.append(
                f"  第 {row['point']} 点：减排 {row['emission_reduction_t']:,.0f} tCO2e，"
                f"比重 {100 * row['climate_share']:.3f}%{status}{mark}"
            )
        return "\n".join([*lines, self.knee_reason, *self.notes])

    def to_json(self) -> str:
        """The whole front as text; the same front always gives the same text."""
        first = next((plan for plan in self.plans if plan is not None), None)
        data: dict[str, Any] = {
            "format": _FORMAT,
            "kind": "frontier",
            "table": {"columns": COLUMNS, "rows": rows_of(self.table)},
            "knee": self.knee,
            "knee_reason": self.knee_reason,
            "solves": self.solves,
            "bypassed": self.bypassed,
            "notes": list(self.notes),
            "shared": {} if first is None else {key: first.to_dict()[key] for key in _SHARED},
            "plans": [
                None if plan is None else {k: v for k, v in plan.to_dict().items() if k not in _SHARED}
                for plan in self.plans
            ],
        }
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def save(self, path: str | Path) -> None:
        """Write `to_json` to a file."""
        Path(path).write_text(self.to_json(), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: str | Path) -> Frontier:
        """Read a front written by `save`.

        Raises
        ------
        InputError
            The file is missing or not a trade-off curve of this version.
        """
        file = Path(path)
        try:
            return cls.from_dict(json.loads(file.read_text(encoding="utf-8")), where=str(file))
        except OSError as error:
            raise InputError("读不到取舍曲线文件。", where=str(file), remedy="检查路径。") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "不是取舍曲线文件，或已损坏。", where=str(file), remedy="用 fengwuwu optimize --frontier 重新生成。"
            ) from error

    @classmethod
    def from_dict(cls, data: dict[str, Any], where: str = "") -> Frontier:
        """A front from the parsed text of `to_json`; KeyError when it is something else."""
        if data["kind"] != "frontier" or data["format"] != _FORMAT:
            raise KeyError("kind")
        shared = data["shared"]
        plans = [None if p is None else Plan.from_dict(p | shared, where=where) for p in data["plans"]]
        return cls(
            typed(pd.DataFrame(data["table"]["rows"], columns=data["table"]["columns"])),
            tuple(plans),
            data["knee"],
            data["knee_reason"],
            data["solves"],
            data["bypassed"],
            tuple(data["notes"]),
        )

    def to_excel(self, path: str | Path) -> None:
        """Write an Excel workbook: the table in Chinese, and the decisions of every point side by side."""
        from fengwuwu.optimize.frontier_excel import write

        write(self, Path(path))


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Column types of `Frontier.table`."""
    text = ("point", "status", "funded_count", "knee", "proof")
    floats = dict.fromkeys((c for c in COLUMNS if c not in text), float)
    return table.astype({"point": "int64", "funded_count": "Int64", "knee": bool, **floats})


def percent(gap: float) -> str:
    """A relative gap for a sentence; one above 100 % tells nothing more."""
    if math.isnan(gap):
        return "未知"
    return f"{100 * gap:.2g}%" if gap < 1 else "超过 100%"
