"""The result: decisions, money, indicators, and how far they are proven. A plan without solution has no values."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize.columns import typed
from fengwuwu.optimize.proof import PROVEN_GAP, STATUS_LABELS
from fengwuwu.optimize.readout import typed_decisions
from fengwuwu.optimize.scenario import OBJECTIVE_LABELS, Scenario
from fengwuwu.optimize.stability import Stability
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE

OBJECTIVE_UNITS = {"emission_reduction": "tCO2e", "climate_share": "比例"}
STAGE_COLUMNS = ["objective", "label", "unit", "value", "bound", "gap", "status", "proof", "final"]
_FORMAT = 1
_TABLES = ("decisions", "financing", "indicators", "set_aside", "stages", "projects")


@dataclass(frozen=True)
class Plan:
    """A financing plan.

    Attributes
    ----------
    status : str
        ``proven_optimal``, ``within_gap``, ``time_limit``, ``infeasible``, ``unbounded`` or ``error``;
        of several objectives the worst.
    objective, bound, gap : float or None
        Of the first objective (tCO2e, or a ratio), re-checked on whole decisions; None when there is none.
    runtime : float or None
        Seconds; None in a plan read from a file (a file holds no clock time, so that it can be compared).
    proof : str
        Chinese: how the bound was confirmed, and by which second opinion.
    message : str
        Chinese: why there is no plan and what to try; empty otherwise.
    stages : DataFrame
        One row per objective: objective, label, unit, value (best found), bound, gap, status, proof, and
        ``final``, the value in this plan (it may stay below an earlier best by the tolerance).
    decisions : DataFrame
        One row per project that took part: project_id, project_name, county, category, benefit, funded, fraction,
        start_year, operation_year, window_reduction_t (within the accounting window), reason.
    financing : DataFrame
        project_id, instrument, label, year, amount_wan_yuan.
    indicators : DataFrame
        scope (region or county), year (missing in totals), indicator, label, value, unit, status, note.
    set_aside : DataFrame
        project_id, project_name, reason, columns: projects that could not take part, and why.
    projects : DataFrame
        The projects that took part, as read.
    data_kind : str
        ``submitted`` or ``illustrative``.
    notes : tuple of str
        Chinese remarks on how the input was read.
    stability : Stability or None
        The earlier plan it was held close to, when it is a revision.
    """

    status: str
    scenario: Scenario
    objective: float | None
    bound: float | None
    gap: float | None
    runtime: float | None
    proof: str
    stages: pd.DataFrame
    decisions: pd.DataFrame
    financing: pd.DataFrame
    indicators: pd.DataFrame
    set_aside: pd.DataFrame
    projects: pd.DataFrame
    data_kind: str = "submitted"
    message: str = ""
    notes: tuple[str, ...] = field(default=())
    stability: Stability | None = None

    @property
    def grid_path(self) -> str | None:
        """The path of the grid factor its reductions were computed along; None when the factor stays as it is."""
        paths = self.projects.get("reduction_grid_path", pd.Series(dtype=object)).dropna()
        return str(paths.iloc[0]) if len(paths) else None

    @property
    def status_text(self) -> str:
        """The status in Chinese, with the gap unless proven."""
        text = STATUS_LABELS[self.status]
        if self.objective is None or self.status == "proven_optimal":
            return text
        if self.status == "within_gap" and self.gap is not None and self.gap <= PROVEN_GAP:
            return f"{text}（上界已与方案相合，尚无第二意见证实）"
        return f"{text}（{'差距未知' if self.gap is None else f'差距 {100 * self.gap:.3g}%'}）"

    def summary(self) -> str:
        """A few lines in Chinese: the result, its proof, and what to know about it."""
        if self.objective is None:
            return f"方案：{self.status_text}。\n{self.message}".rstrip()
        goal = self.scenario.goals[0]
        value = f"{self.objective:,.0f} tCO2e" if goal == "emission_reduction" else f"{100 * self.objective:.3f}%"
        notice = f"（{ILLUSTRATIVE_NOTICE}）" if self.data_kind == "illustrative" else ""
        took = "" if self.runtime is None else f"，用时 {self.runtime:.1f} 秒"
        funded = int(self.decisions["funded"].sum())
        money = self.financing["amount_wan_yuan"].sum()
        lines = [
            f"方案{notice}：{self.status_text}{took}。{OBJECTIVE_LABELS[goal]}，{value}；"
            f"{len(self.decisions)} 个项目中入选 {funded} 个，安排资金 {money:,.0f} 万元。",
            self.proof,
            *self.notes,
        ]
        if not funded:
            lines.append("没有项目入选；各个项目的原因用 fengwuwu explain 查看。")
        return "\n  ".join(lines)

    def verify(self) -> pd.DataFrame:
        """Re-check every constraint, the objective and the indicators, without the model.

        Returns
        -------
        DataFrame
            Columns family, item, project_id, year, found, allowed, message (Chinese); empty when sound.
        """
        from fengwuwu.optimize.verify.constraints import verify

        return verify(self)

    def replace(self, **changes: Any) -> Plan:
        """An altered copy, to be judged by `verify`."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> str:
        """The whole plan as text; the same plan always gives the same text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """The whole plan as what JSON can hold."""
        data: dict[str, Any] = {"format": _FORMAT, "scenario": self.scenario.model_dump(mode="json")}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if item.name in _TABLES:
                data[item.name] = {"columns": list(value.columns), "rows": rows_of(value)}
            elif isinstance(value, Stability):
                data[item.name] = value.to_dict()
            elif item.name not in ("scenario", "runtime", "stability"):
                data[item.name] = list(value) if isinstance(value, tuple) else value
        return data

    def save(self, path: str | Path) -> None:
        """Write `to_json` to a file."""
        Path(path).write_text(self.to_json(), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a plan written by `save`.

        Raises
        ------
        InputError
            The file is missing or not a plan.
        """
        file = Path(path)
        try:
            return cls.from_dict(json.loads(file.read_text(encoding="utf-8")), where=str(file))
        except OSError as error:
            raise InputError("读不到方案文件。", where=str(file), remedy="检查路径。") from error
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "不是方案文件，或已损坏。", where=str(file), remedy="用 fengwuwu optimize 重新生成。"
            ) from error

    @classmethod
    def from_dict(cls, data: dict[str, Any], where: str = "") -> Plan:
        """A plan from the parsed text of `to_json`."""
        if data["format"] != _FORMAT:
            raise InputError("方案文件的版本不符。", where=where, remedy="用本版本重新运行 fengwuwu optimize。")
        tables = {name: pd.DataFrame(data[name]["rows"], columns=data[name]["columns"]) for name in _TABLES}
        skipped = (*_TABLES, "format", "scenario", "notes", "stability")
        rest: dict[str, Any] = {k: v for k, v in data.items() if k not in skipped}
        rest["stability"] = Stability.from_dict(data["stability"]) if "stability" in data else None
        scenario = Scenario.model_validate(data["scenario"])
        return cls(scenario=scenario, runtime=None, notes=tuple(data["notes"]), **(rest | _typed(tables)))

    def to_excel(self, path: str | Path, more: Mapping[str, pd.DataFrame] | None = None) -> None:
        """Write an Excel workbook with Chinese sheets; `more` adds sheets by title, their headers as they are."""
        from fengwuwu.optimize.excel import write

        write(self, Path(path), more or {})


def rows_of(table: pd.DataFrame) -> list[list[object]]:
    """The rows of a table as JSON can hold them."""
    return [[_plain(v) for v in row] for row in table.astype(object).itertuples(index=False, name=None)]


def _plain(value: Any) -> object:
    """A value JSON can hold; every kind of missing becomes null."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _typed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return tables | {
        "decisions": typed_decisions(tables["decisions"]),
        "financing": tables["financing"].astype({"year": "int64", "amount_wan_yuan": float}),
        "indicators": tables["indicators"].astype({"year": "Int64", "value": float}),
        "stages": tables["stages"].astype(dict.fromkeys(("value", "bound", "gap", "final"), float)),
        "set_aside": tables["set_aside"].astype(object),
        "projects": typed(tables["projects"]),
    }
