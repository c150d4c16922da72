"""What two plans differ in: projects in, out and moved; money by source; tonnes and share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from fengwuwu.optimize.columns import OPTIONAL, REQUIRED
from fengwuwu.optimize.plan import Plan, rows_of
from fengwuwu.optimize.stability import SAME_FRACTION
from fengwuwu.region import REGION
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE, LOCKED

PROJECT_COLUMNS = [
    "project_id",
    "project_name",
    "county",
    "change",
    "old_start",
    "new_start",
    "old_fraction",
    "new_fraction",
    "old_investment_wan_yuan",
    "new_investment_wan_yuan",
    "old_window_reduction_t",
    "new_window_reduction_t",
    "note",
]
CHANGES = {
    "in": "新入选",
    "out": "退出",
    "gone": "被动退出",
    "moved": "改期",
    "part": "调整比例",
    "kept": "保持",
    "not_taken": "新到未入选",
}
_FIGURES = (
    "emission_reduction_t",
    "climate_share",
    "project_count",
    "investment_wan_yuan",
    "financing_wan_yuan",
    "financing_cost_wan_yuan",
)
_WATCHED = (
    "investment_wan_yuan",
    "financing_need_wan_yuan",
    "annual_revenue_wan_yuan",
    "emission_reduction_t_per_year",
    "lifetime_years",
    "climate_fraction",
    "earliest_start",
    "latest_start",
    "construction_years",
    "locked",
)
_HEADERS = {
    "project_id": "项目编号",
    "project_name": "项目名称",
    "county": "所在县",
    "change": "变动",
    "old_start": "原开工年",
    "new_start": "新开工年",
    "old_fraction": "原实施比例",
    "new_fraction": "新实施比例",
    "old_investment_wan_yuan": "原总投资（万元）",
    "new_investment_wan_yuan": "新总投资（万元）",
    "old_window_reduction_t": "原核算期减排量（tCO2e）",
    "new_window_reduction_t": "新核算期减排量（tCO2e）",
    "note": "说明",
    "label": "名称",
    "unit": "单位",
    "old": "原方案",
    "new": "新方案",
    "difference": "增减",
}


@dataclass(frozen=True)
class Difference:
    """From an old plan to a new one.

    Attributes
    ----------
    projects : DataFrame
        One row per project funded in either plan, or newly arrived: `PROJECT_COLUMNS`; ``change`` is a key of
        `CHANGES`, ``note`` says in Chinese why it is gone and which of its figures changed.
    money : DataFrame
        instrument, label, old, new, difference: 万元 over all years.
    figures : DataFrame
        indicator, label, unit, old, new, difference: the region, all years.
    notice : str
        What has to stand beside the figures when they are not real.
    """

    projects: pd.DataFrame
    money: pd.DataFrame
    figures: pd.DataFrame
    notice: str = ""

    def of(self, *changes: str) -> pd.DataFrame:
        """The projects with one of these changes."""
        return self.projects[self.projects["change"].isin(changes)]

    def summary(self) -> str:
        """A few sentences in Chinese."""
        lines = [f"{self.notice}。"] if self.notice else []
        parts = []
        for change in ("in", "out", "gone", "moved", "part", "not_taken"):
            rows = self.of(change)
            if len(rows):
                parts.append(f"{CHANGES[change]} {len(rows)} 个（{_listed(rows, change)}）")
        kept = len(self.of("kept"))
        lines.append(f"与原方案相比，{'，'.join([*parts, f'保持不变 {kept} 个'])}。")
        lines += [f"{row['project_id']}：{row['note']}。" for row in self.projects.to_dict("records") if row["note"]]
        lines.append("；".join(_figure(row) for row in self.figures.to_dict("records")) + "。")
        moved = self.money[self.money["difference"].abs() >= 0.5]
        shifts = [f"{r['label']}{_signed(r['difference'])} 万元" for r in moved.to_dict("records")]
        lines.append(f"资金来源：{'，'.join(shifts)}，其余不变。" if shifts else "各资金来源的用量不变。")
        return "\n".join(lines)

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Tables for a workbook, with Chinese headers."""
        projects = self.projects.assign(change=self.projects["change"].map(CHANGES))
        figures = pd.concat([
            self.figures.drop(columns="indicator"),
            self.money.drop(columns="instrument").assign(unit="万元")[["label", "unit", "old", "new", "difference"]],
        ])
        return {
            "与原方案相比": projects.rename(columns=_HEADERS),
            "资金与指标增减": figures.rename(columns=_HEADERS),
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        tables = {"projects": self.projects, "money": self.money, "figures": self.figures}
        return {name: {"columns": list(t.columns), "rows": rows_of(t)} for name, t in tables.items()} | {
            "notice": self.notice
        }


def compare(old: Plan, new: Plan) -> Difference:
    """What `new` changes against `old`; both must have a solution."""
    return Difference(
        _projects(old, new),
        _money(old, new),
        _figures(old, new),
        ILLUSTRATIVE_NOTICE if "illustrative" in (old.data_kind, new.data_kind) else "",
    )


def _projects(old: Plan, new: Plan) -> pd.DataFrame:
    before, after = (p.decisions.set_index("project_id") for p in (old, new))
    facts = [p.projects.set_index("project_id") for p in (old, new)]
    aside = dict(new.set_aside[["project_id", "reason"]].itertuples(index=False, name=None))
    known = {*old.projects["project_id"], *old.set_aside["project_id"]}
    rows = []
    for name in [*before.index, *(n for n in after.index if n not in before.index)]:
        was = before.loc[name] if name in before.index and before.loc[name, "funded"] else None
        now = after.loc[name] if name in after.index and after.loc[name, "funded"] else None
        if was is None and now is None and (name in known or name not in after.index):
            continue
        change, note = _change(name, was, now, after, aside)
        if changed := _data_changes(name, *facts):
            note = "；".join(filter(None, [note, changed]))
        shown = now if now is not None else after.loc[name] if name in after.index else was
        rows.append({
            "project_id": name,
            "project_name": None if shown is None else shown["project_name"],
            "county": None if shown is None else shown["county"],
            "change": change,
            "note": note,
            **_side("old", was, facts[0], name),
            **_side("new", now, facts[1], name),
        })
    table = pd.DataFrame(rows, columns=PROJECT_COLUMNS)
    numbers = {c: float for c in PROJECT_COLUMNS if c.startswith(("old_", "new_"))}
    return table.astype(numbers | {"old_start": "Int64", "new_start": "Int64"})


def _change(name: str, was: Any, now: Any, after: pd.DataFrame, aside: dict[str, str]) -> tuple[str, str]:
    if was is None:
        return ("in" if now is not None else "not_taken"), ""
    if now is None:
        if name in after.index:
            return "out", ""
        return "gone", aside.get(name, "新的项目表中没有该项目")
    if abs(was["fraction"] - now["fraction"]) > SAME_FRACTION:
        return "part", ""
    return ("moved" if was["start_year"] != now["start_year"] else "kept"), ""


def _side(side: str, decision: Any, facts: pd.DataFrame, name: str) -> dict[str, Any]:
    return {
        f"{side}_start": None if decision is None else decision["start_year"],
        f"{side}_fraction": 0.0 if decision is None else decision["fraction"],
        f"{side}_investment_wan_yuan": facts.loc[name, "investment_wan_yuan"] if name in facts.index else None,
        f"{side}_window_reduction_t": None if decision is None else decision["window_reduction_t"],
    }


def _data_changes(name: str, old: pd.DataFrame, new: pd.DataFrame) -> str:
    """Which figures of a project are no longer those of the old table."""
    if name not in old.index or name not in new.index:
        return ""
    found = []
    for column in _WATCHED:
        was, now = old[column].get(name), new[column].get(name)
        if (pd.isna(was) and pd.isna(now)) or (not pd.isna(was) and not pd.isna(now) and was == now):
            continue
        label = REQUIRED.get(column) or OPTIONAL[column]
        found.append(f"{label}由 {_shown(was)} 改为 {_shown(now)}")
    return "，".join(found)


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "空"
    return LOCKED.get(value, value) if isinstance(value, str) else f"{value:,.10g}"


def _money(old: Plan, new: Plan) -> pd.DataFrame:
    sums = [p.financing.groupby("instrument")["amount_wan_yuan"].sum() for p in (old, new)]
    labels = {k: i.label for p in (old, new) for k, i in p.scenario.instruments.items()}
    rows = []
    for key, label in labels.items():
        was, now = (float(s.get(key, 0.0)) for s in sums)
        rows.append([key, label, was, now, now - was])
    return pd.DataFrame(rows, columns=["instrument", "label", "old", "new", "difference"])


def _figures(old: Plan, new: Plan) -> pd.DataFrame:
    totals = []
    for plan in (old, new):
        table = plan.indicators[(plan.indicators["scope"] == REGION.name) & plan.indicators["year"].isna()]
        totals.append(table.set_index("indicator"))
    rows = []
    for name in _FIGURES:
        if name in totals[0].index and name in totals[1].index:
            was, now = (float(t["value"][name]) for t in totals)
            rows.append([name, totals[1].loc[name, "label"], totals[1].loc[name, "unit"], was, now, now - was])
    return pd.DataFrame(rows, columns=["indicator", "label", "unit", "old", "new", "difference"])


def _figure(row: dict[Any, Any]) -> str:
    label = str(row["label"]).partition("（")[0]
    was, now, change = (float(row[k]) for k in ("old", "new", "difference"))
    if pd.isna(was) or pd.isna(now):
        return f"{label}不适用或待补充"
    if row["unit"] == "比例":
        return f"{label}由 {100 * was:.3f}% 变为 {100 * now:.3f}%（{100 * change:+.3f} 个百分点）"
    relative = f"，{100 * change / abs(was):+.2f}%" if was else ""
    return f"{label}由 {was:,.0f} 变为 {now:,.0f} {row['unit']}（{_signed(change)}{relative}）"


def _signed(value: float) -> str:
    return f"{'增' if value >= 0 else '减'} {abs(value):,.0f}"


def _listed(rows: pd.DataFrame, change: str) -> str:
    def one(row: dict[Any, Any]) -> str:
        name = str(row["project_id"])
        if change == "moved":
            return f"{name} {row['old_start']}→{row['new_start']} 年"
        if change == "part":
            return f"{name} {100 * row['old_fraction']:.3g}%→{100 * row['new_fraction']:.3g}%"
        return name

    shown = [one(r) for r in rows.head(12).to_dict("records")]
    return "、".join(shown) + (f" 等 {len(rows)} 个" if len(rows) > 12 else "")
