"""The result of a robustness analysis: tables, the conservative plan, words, files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize.plan import Plan, rows_of
from fengwuwu.optimize.proof import STATUS_LABELS
from fengwuwu.optimize.robust import tables, tornado, uncertainty
from fengwuwu.vocabulary import VALUE_STATUS

_FORMAT = 1
_TABLES = ("draws", "selection", "quantiles", "comparison", "tornado", "ranges")
_PLAIN = ("title", "notices", "seed", "gap", "tail", "planned_t", "notes")
REGRET = (
    "后悔值：事先知道这次抽样的数值时能做到的最好方案，比本方案多减排多少。本方案资金不足时，按缺口无人补足、放弃部分项目后"
    "余下的减排量计。每次抽样只由一个求解器求到所述差距之内，不称为已证明，所以后悔值写成区间。"
)
CAUTIOUS = (
    "保守方案：在本方案的资金和规则下，使减排量最差的那一部分抽样的平均值最大（CVaR，以全部抽样的线性模型精确求解）。"
    "造价风险不改变它的可行性条件，另列资金缺口。"
)


@dataclass(frozen=True)
class Robustness:
    """How a plan stands when reductions, costs, revenues, the carbon price and delays turn out otherwise.

    Attributes
    ----------
    title : str
        Of the scenario.
    notices : tuple of str
        What must stand on every sheet: illustrative projects, a check that the scenario leaves out.
    seed : int
    gap, tail : float
        Relative gap of each draw's best plan; part of the draws that the conservative plan looks at.
    planned_t : float
        Reductions of the plan as planned, tCO2e.
    draws : DataFrame
        One row per draw; columns of `tables.DRAW_COLUMNS`. Regret is an interval.
    selection : DataFrame
        One row per project; columns of `tables.SELECTION_COLUMNS`.
    quantiles, comparison, tornado, ranges : DataFrame
        Quantiles over the draws; the plan beside the conservative one; every assumption alone at its low and high
        value, most influential first; the ranges used, with source and status.
    conservative : Plan or None
        None when it was not found in time.
    notes : tuple of str
        Chinese remarks.
    """

    title: str
    notices: tuple[str, ...]
    seed: int
    gap: float
    tail: float
    planned_t: float
    draws: pd.DataFrame
    selection: pd.DataFrame
    quantiles: pd.DataFrame
    comparison: pd.DataFrame
    tornado: pd.DataFrame
    ranges: pd.DataFrame
    conservative: Plan | None = None
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Chinese, a dozen lines."""
        notice = f"（{'；'.join(self.notices)}）" if self.notices else ""
        table, chosen = self.draws, self.selection
        planned = chosen[chosen["planned"]]
        firm = int((planned["frequency"] >= tables.OFTEN).sum())
        weak = planned.loc[planned["frequency"] < tables.HALF, "project_id"]
        waiting = chosen.loc[~chosen["planned"] & (chosen["frequency"] >= tables.HALF), "project_id"]
        short = table["shortfall_wan_yuan"]
        held, low, high = (table[c] for c in ("held_t", "regret_low_t", "regret_high_t"))
        whole = self.planned_t
        ends = (_p(low, 50), _p(high, 50))
        part = f"（为计划减排量的 {_range(ends, lambda v: f'{100 * v / whole:.1f}%')}）" if whole else ""
        lines = [
            f"稳健性{notice}：{self.title}，{len(table)} 次抽样，随机种子 {self.seed}。",
            f"  入选项目 {len(planned)} 个，其中 {firm} 个在九成以上的抽样中仍入选。"
            + _named("不到一半抽样入选：", weak),
            f"  本方案全部实施：计划 {whole:,.0f} tCO2e，抽样的 5%–95% 分位为 {_p(held, 5):,.0f}–{_p(held, 95):,.0f}。",
            f"  资金：{100 * (short > 0).mean():.0f}% 的抽样中出现缺口，中位 {_p(short, 50):,.0f} 万元，"
            f"90% 分位 {_p(short, 90):,.0f} 万元。",
            f"  后悔值中位 {_range(ends, lambda v: f'{v:,.0f}')} tCO2e{part}。",
        ]
        if len(waiting):
            lines.append("  " + _named("落选而过半抽样入选：", waiting))
        lines.append("  各项假设单独取低值、高值时，最好方案的变动幅度（从大到小）：")
        for row in self.tornado.to_dict("records"):
            known = row["swing_t"] == row["swing_t"]
            lines.append(f"    {row['name']}：" + (f"{row['swing_t']:,.0f} tCO2e" if known else "没有可行方案"))
        if self.conservative is not None:
            more = [_more(value) for value in self.comparison["difference"]]
            lines.append(f"  保守方案：最差 {100 * self.tail:g}% 抽样的平均减排量{more[3]}，按中值减排量{more[1]}。")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes), f"  {REGRET}"])

    def sheets(self) -> dict[str, pd.DataFrame]:
        """The tables in Chinese, by sheet title."""
        status = [STATUS_LABELS.get(str(s), str(s)) for s in self.draws["status"]]
        planned = ["是" if v else "否" for v in self.selection["planned"]]
        values = [VALUE_STATUS.get(str(s), str(s)) for s in self.ranges["status"]]
        ranges = self.ranges.assign(status=values)[list(uncertainty.HEADERS)]
        sheets = {
            "稳健性分位数": self.quantiles.rename(columns=tables.QUANTILE_COLUMNS),
            "入选频率": self.selection.assign(planned=planned).rename(columns=tables.SELECTION_COLUMNS),
            "假设影响排序": self.tornado.drop(columns="quantity").rename(columns=tornado.HEADERS),
            "保守方案对比": self.comparison.rename(columns=tables.COMPARISON_COLUMNS),
            "逐次抽样": self.draws.assign(status=status).rename(columns=tables.DRAW_COLUMNS),
            "不确定性假设": ranges.rename(columns=uncertainty.HEADERS),
        }
        if self.conservative is None:
            del sheets["保守方案对比"]
        return sheets

    def to_json(self) -> str:
        """Everything as text; the same analysis always gives the same text."""
        data: dict[str, Any] = {"format": _FORMAT, "kind": "robustness"}
        data |= {key: getattr(self, key) for key in _PLAIN} | {"notices": list(self.notices), "notes": list(self.notes)}
        for name in _TABLES:
            table: pd.DataFrame = getattr(self, name)
            data[name] = {"columns": list(table.columns), "rows": rows_of(table)}
        data["conservative"] = None if self.conservative is None else self.conservative.to_dict()
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def save(self, path: str | Path) -> None:
        """Write `to_json` to a file."""
        Path(path).write_text(self.to_json(), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: str | Path) -> Robustness:
        """Read an analysis written by `save`.

        Raises
        ------
        InputError
            The file is missing or not an analysis of this version.
        """
        file = Path(path)
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            if data["kind"] != "robustness" or data["format"] != _FORMAT:
                raise KeyError("kind")
            read = {name: pd.DataFrame(data[name]["rows"], columns=data[name]["columns"]) for name in _TABLES}
            read["draws"] = tables.typed(read["draws"])
            read["selection"] = tables.typed_selection(read["selection"])
            cautious = data["conservative"]
            plan = None if cautious is None else Plan.from_dict(cautious, where=str(file))
            plain: dict[str, Any] = {key: data[key] for key in _PLAIN} | {
                key: tuple(data[key]) for key in ("notices", "notes")
            }
        except OSError as error:
            raise InputError("读不到稳健性分析文件。", where=str(file), remedy="检查路径。") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "不是稳健性分析文件，或已损坏。", where=str(file), remedy="用 fengwuwu optimize --robust 重新生成。"
            ) from error
        return cls(**(plain | read), conservative=plan)

    def to_excel(self, path: str | Path, more: Mapping[str, pd.DataFrame] | None = None) -> None:
        """Write an Excel workbook with Chinese sheets; `more` adds sheets by title."""
        from fengwuwu.optimize import workbook

        about: list[list[Any]] = [["情景", self.title], ["抽样次数", len(self.draws)], ["随机种子", self.seed]]
        about += [["每次抽样求解的相对差距", self.gap], ["后悔值", REGRET], ["保守方案", CAUTIOUS]]
        about += [["备注", note] for note in self.notes]
        sheets = {"说明": workbook.Sheet(["项目", "内容"], about)}
        sheets |= {title: workbook.Sheet.of(table, {}) for title, table in {**self.sheets(), **(more or {})}.items()}
        workbook.write(Path(path), sheets, self.notices)


def _p(values: pd.Series, percent: float) -> float:
    return float(values.quantile(percent / 100))


def _range(ends: tuple[float, float], shown: Callable[[float], str]) -> str:
    """Both ends, once where they read the same."""
    low, high = map(shown, ends)
    return low if low == high else f"{low}–{high}"


def _more(value: float) -> str:
    return f"多 {value:,.0f} t" if value >= 0 else f"少 {-value:,.0f} t"


def _named(words: str, names: pd.Series) -> str:
    shown = "、".join(names.iloc[:8]) + (f"等 {len(names)} 个" if len(names) > 8 else "")
    return f"{words}{shown}。" if len(names) else ""
