"""The families of constraints: whether an instance has one, and the same instance without it.

``python -m tests.optimize.families`` looks for instances whose optimum each family decides and writes their seeds to
``binding_seeds.json``; to be run again when the instances or the families change.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fengwuwu.optimize import Scenario

from .enumeration import enumerate_best
from .full_instances import Instance, full_instance

Change = Callable[[dict[str, Any], list[dict[str, Any]]], None]


def without(case: Instance, change: Change) -> Instance:
    """A copy with the scenario's data and the projects changed."""
    data = copy.deepcopy(case.data)
    rows = case.table.astype(object).where(case.table.notna(), None).to_dict("records")
    change(data, rows)
    return Instance(case.table.__class__(rows), data, case.near)


def has_column(name: str, word: str = "") -> Callable[[Instance], bool]:
    """Whether a project has something in a column (that contains a word)."""
    return lambda case: name in case.table and any(isinstance(v, str) and word in v for v in case.table[name])


def has_source(name: str, *sources: str) -> Callable[[Instance], bool]:
    """Whether an instrument (of those named) has something in a field."""
    return lambda case: any(
        inst.get(name) not in (None, {})
        for key, inst in case.data["instruments"].items()
        if key in sources or not sources
    )


def has_limit(**wanted: object) -> Callable[[Instance], bool]:
    """Whether there is a floor or cap with these values; True stands for any value."""

    def test(case: Instance) -> bool:
        return any(_fits(limit, wanted) for limit in case.data["limits"].values())

    return test


def _fits(limit: dict[str, Any], wanted: dict[str, object]) -> bool:
    full = {"measure": "financing"} | limit
    return all(full.get(k) is not None if v is True else full.get(k) == v for k, v in wanted.items())


def no_limit(**wanted: object) -> Change:
    """Without the floors and caps with these values."""

    def change(data: dict[str, Any], _: list[dict[str, Any]]) -> None:
        data["limits"] = {k: v for k, v in data["limits"].items() if not _fits(v, wanted)}

    return change


def every(name: str, value: Any) -> Change:
    """The same value in a column of every project."""

    def change(_: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row[name] = value

    return change


def sources(**values: Any) -> Change:
    """The same values in every instrument."""

    def change(data: dict[str, Any], _: list[dict[str, Any]]) -> None:
        for inst in data["instruments"].values():
            inst |= values

    return change


def scenario(**values: Any) -> Change:
    """Other values in the scenario."""
    return lambda data, _: data.update(values)


def _rich(name: str) -> Change:
    def change(data: dict[str, Any], _: list[dict[str, Any]]) -> None:
        for inst in data["instruments"].values():
            if name == "budget_wan_yuan" and inst.get(name):
                inst[name] = dict.fromkeys(inst[name], 1e8)
            elif inst.get(name):
                inst[name] = {c: dict.fromkeys(b, 1e8) for c, b in inst[name].items()}

    return change


def _only(name: str, word: str) -> Change:
    """Without the entries of a column that contain a word."""

    def change(_: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if word in (row.get(name) or ""):
                row[name] = None

    return change


def _flip(data: dict[str, Any], _: list[dict[str, Any]]) -> None:
    data["carry_over"] = not data["carry_over"]


def _signed(case: Instance) -> bool:
    return has_column("contracted_financing")(case) and has_column("locked", "contracted")(case)


def _two(case: Instance) -> bool:
    return bool((case.table["construction_years"] == 2).any())


def always(_: Instance) -> bool:
    """Every instance has it."""
    return True


# name: (present, without)
FAMILIES: dict[str, tuple[Callable[[Instance], bool], Change]] = {
    "start years": (always, scenario(start_years=[2027])),
    "construction profile": (has_column("construction_profile"), every("construction_profile", None)),
    "carry-over": (_two, _flip),
    "carry-over of one source": (has_source("carry_over", "tool"), sources(carry_over=None)),
    "regional money": (always, _rich("budget_wan_yuan")),
    "county money": (has_source("county_budget_wan_yuan"), _rich("county_budget_wan_yuan")),
    "unlimited source": (has_source("unlimited"), lambda data, _: data["instruments"].pop("gift")),
    "eligible categories": (has_source("eligible_categories"), sources(eligible_categories=None)),
    "eligible technologies": (has_source("eligible_technologies"), sources(eligible_technologies=None)),
    "eligible benefits": (has_source("eligible_benefits"), sources(eligible_benefits=None)),
    "least climate fraction": (has_source("climate_fraction_min"), sources(climate_fraction_min=0.0)),
    "sources a project may use": (has_column("eligible_instruments"), every("eligible_instruments", None)),
    "share of a source": (has_source("share_max"), sources(share_max=1.0)),
    "share of a source by project": (has_column("instrument_share_max"), every("instrument_share_max", None)),
    "amount of a source by project": (has_source("project_max_wan_yuan"), sources(project_max_wan_yuan=None)),
    "minimum capital": (always, every("capital_ratio_min", 0.0)),
    "own capital": (always, every("own_capital_wan_yuan", None)),
    "what counts as capital": (has_source("counts_as_capital"), sources(counts_as_capital=None)),
    "equity-like part": (always, scenario(equity_like_max_share=1.0)),
    "no revenue, no debt": (
        lambda case: case.data["missing_revenue"] == "no_debt" and case.table["annual_revenue_wan_yuan"].isna().any(),
        scenario(missing_revenue="unchecked"),
    ),
    "project cover": (lambda case: case.data["dscr"] is not None, scenario(dscr=None)),
    "bonds served by the revenue": (has_source("cover_ratio"), sources(cover_ratio=None)),
    "years of grace": (has_source("grace_years"), sources(grace_years=0)),
    "debt service of a county": (lambda case: bool(case.data.get("county_debt")), scenario(county_debt={})),
    "floor by county": (has_limit(sense="floor", county=True), no_limit(sense="floor", county=True)),
    "cap by county": (has_limit(sense="cap", county=True), no_limit(sense="cap", county=True)),
    "floor by category": (has_limit(sense="floor", categories=True), no_limit(sense="floor", categories=True)),
    "cap by category": (has_limit(sense="cap", categories=True), no_limit(sense="cap", categories=True)),
    "floor by benefit": (has_limit(sense="floor", benefits=True), no_limit(sense="floor", benefits=True)),
    "floor by year": (has_limit(sense="floor", year=True), no_limit(sense="floor", year=True)),
    "cap by year": (has_limit(sense="cap", year=True), no_limit(sense="cap", year=True)),
    "floor by source": (has_limit(sense="floor", instruments=True), no_limit(sense="floor", instruments=True)),
    "cap by source": (has_limit(sense="cap", instruments=True), no_limit(sense="cap", instruments=True)),
    "waived floor": (
        has_limit(if_no_projects="waive"),
        lambda data, _: [limit.pop("if_no_projects", None) for limit in data["limits"].values()],
    ),
    "percentage": (has_limit(percent=True), no_limit(percent=True)),
    "amount": (has_limit(value=True), no_limit(value=True)),
    "measure: financing": (has_limit(measure="financing"), no_limit(measure="financing")),
    "measure: investment": (has_limit(measure="investment"), no_limit(measure="investment")),
    "measure: count": (has_limit(measure="count"), no_limit(measure="count")),
    "measure: reductions": (has_limit(measure="reductions"), no_limit(measure="reductions")),
    "measure: share of investment": (has_limit(measure="climate_share"), no_limit(measure="climate_share")),
    "exclusive": (has_column("exclusive_group"), every("exclusive_group", None)),
    "prerequisite": (has_column("requires"), every("requires", None)),
    "prerequisite finished": (has_column("requires", "@finish"), _only("requires", "@finish")),
    "locked in": (has_column("locked", "in"), _only("locked", "in")),
    "locked out": (has_column("locked", "out"), _only("locked", "out")),
    "contracted": (has_column("locked", "contracted"), _only("locked", "contracted")),
    "signed amounts": (_signed, every("contracted_financing", None)),
    "divisible": (lambda case: "divisible" in case.table, every("divisible", False)),
    "parts of a project by county": (has_column("county_shares"), every("county_shares", None)),
    "accounting window": (lambda case: case.data["accounting_years"] == 10, scenario(accounting_years=20)),
    "discount": (lambda case: case.data["discount_rate"] > 0, scenario(discount_rate=0.0)),
}

SEEDS = Path(__file__).with_name("binding_seeds.json")
EACH = 4  # instances that each family decides


def best(case: Instance) -> float | None:
    """The enumerated optimum."""
    return enumerate_best(case.table, Scenario.model_validate(case.data), case.near)


def differ(one: float | None, other: float | None) -> bool:
    """Whether two optima are not the same."""
    if one is None or other is None:
        return one is not other
    return abs(one - other) > 1e-5 * max(abs(one), 1.0)


def main() -> None:
    """Write the seeds, no seed for two families."""
    found: dict[str, list[int]] = {name: [] for name in FAMILIES}
    seed = 0
    while open_ := sorted((n for n in found if len(found[n]) < EACH), key=lambda name: len(found[name])):
        case = full_instance(seed)
        base = best(case)
        for name in open_:
            present, change = FAMILIES[name]
            if base is not None and present(case) and differ(base, best(without(case, change))):
                found[name].append(seed)
                break
        seed += 1
        if seed % 50 == 0:
            print(seed, {name: EACH - len(found[name]) for name in open_}, flush=True)
    SEEDS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
