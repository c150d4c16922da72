"""Which rules, by name, cannot hold together: a deletion filter over groups of rows, every step solved again.

HiGHS' own irreducible set is one of the linear relaxation only, so the whole model is asked here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from fengwuwu.optimize import solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.model import Model
from fengwuwu.region import COUNTY_NAMES
from fengwuwu.vocabulary import LOCKED

_EACH = 5.0  # seconds for one step


BULLET = "  · "  # before each line of a list


@dataclass(frozen=True)
class Conflict:
    """Rules that contradict one another.

    Attributes
    ----------
    rules : dict of str to list of str
        Names of the rows of each rule, by the rule's Chinese name.
    minimal : bool
        Whether the others can hold when any one of them goes: a solution without it was found.
    sure : bool
        Whether a second configuration of the solver finds no solution either.
    """

    rules: dict[str, list[str]]
    minimal: bool
    sure: bool

    @property
    def text(self) -> str:
        """Chinese: one sentence, or a line for each of several rules."""
        if not self.rules:
            return "项目自身的条件（来源适用范围、开工年与足额融资）之间就有矛盾。"
        if len(self.rules) == 1:
            return f"不能满足的规则：{next(iter(self.rules))}（与各项目的来源适用范围和足额融资要求相抵触）。"
        tail = (
            "去掉其中任何一条，其余几条就能同时满足" if self.minimal else "其中有的可能并不相干，时限内没有逐条排除完"
        )
        return "\n".join([f"不能同时满足的规则（{tail}）：", *(f"{BULLET}{name}" for name in self.rules)])


def find(model: Model, arrays: Arrays, seconds: float) -> Conflict:
    """A set of rules without a plan, as small as the time allows; `arrays` are those of a model without a plan.

    Rules that people set (floors, locks, money) are kept in preference to those of the terms of finance.
    """
    deadline = time.perf_counter() + seconds
    named = rules(model, arrays)
    active = dict(named)
    structure = set(arrays.names).difference(*named.values())
    minimal = True

    def status(without: set[str]) -> str:
        rows = structure.union(*(named[name] for name in active if name not in without))
        return _status(arrays, rows, deadline)

    ranks = sorted({_rank(rows[0]) for rows in named.values()})
    for rank in ranks:  # a whole kind of rules at once first
        group = {name for name in active if _rank(named[name][0]) == rank}
        if status(group) == "infeasible":
            for name in group:
                del active[name]
    for name in list(active):
        found = status({name})
        if found == "infeasible":
            del active[name]
        minimal = minimal and found in ("infeasible", "feasible")
    rows = structure.union(*active.values())
    other = {"presolve": "off", "random_seed": 7}
    sure = _status(arrays, rows, time.perf_counter() + _EACH, other) == "infeasible"
    return Conflict(active, minimal, sure)


def _status(arrays: Arrays, rows: set[str], deadline: float, options: dict[str, object] | None = None) -> str:
    """Whether these rows can hold together: ``feasible`` (with a solution in hand), ``infeasible`` or ``unknown``."""
    left = min(_EACH, deadline - time.perf_counter())
    if left <= 0:
        return "unknown"
    kept = np.array([name in rows for name in arrays.names], bool)
    some = replace(
        arrays,
        cost=np.zeros(len(arrays.cost)),
        offset=0.0,
        row_lower=np.where(kept, arrays.row_lower, -np.inf),
        row_upper=np.where(kept, arrays.row_upper, np.inf),
    )
    found = solve.run_highs(some, time_limit=left, options=options)
    if found.status == "infeasible":
        return "infeasible"
    return "feasible" if found.values is not None and some.satisfied(found.values) else "unknown"


# In the order in which rules are tried for leaving out.
_KINDS = ("share", "signed", "capital", "equity", "cover", "dscr", "exclusive", "requires", "county", "budget", "limit")


def _split(row: str) -> tuple[str, list[str]]:
    """The kind of a row and its positions; ``cover3_0_2027`` is a row of the cover of instrument 3."""
    kind, *rest = row.split("_")
    return ("cover", [kind.removeprefix("cover"), *rest]) if kind.startswith("cover") else (kind, rest)


def _rank(row: str) -> int:
    kind = _split(row)[0]
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def rules(model: Model, arrays: Arrays) -> dict[str, list[str]]:
    """Names of rows by the Chinese name of the rule they are of; rows that are no rule are left out."""
    found: dict[str, list[str]] = {}
    for row in arrays.names:
        kind, rest = _split(row)
        if kind in _NAMES:
            found.setdefault(_NAMES[kind](model, rest), []).append(row)
    return dict(sorted(found.items(), key=lambda item: _rank(item[1][0])))


def _label(model: Model, position: str) -> str:
    return list(model.terms.scenario.instruments.values())[int(position)].label


def _budget(model: Model, rest: list[str]) -> str:
    scope = rest[1].removeprefix("county")
    county = COUNTY_NAMES[int(scope)] if scope.isdigit() else ""
    return f"{county}{_label(model, rest[0])}的额度"


def _limit(model: Model, rest: list[str]) -> str:
    limit = list(model.terms.scenario.limits.values())[int(rest[0])]
    return f"{'下限' if limit.sense == 'floor' else '上限'}“{limit.label}”"


def _lock(model: Model, rest: list[str]) -> str:
    p = int(rest[0])
    return f"项目 {model.terms.ids[p]} {LOCKED[str(model.terms.locked[p])]}"


def _requires(model: Model, rest: list[str]) -> str:
    p = int(rest[0])
    other, finished = model.terms.requires[p][int(rest[1])]
    return f"项目 {model.terms.ids[p]} 须等 {model.terms.ids[other]} {'建成' if finished else '开工'}"


_NAMES: dict[str, Callable[[Model, list[str]], str]] = {
    "share": lambda model, rest: f"{_label(model, rest[1])}的占比上限",
    "signed": lambda model, rest: "已签约的资金",
    "capital": lambda model, rest: "项目最低资本金",
    "equity": lambda model, rest: "权益型工具占资本金的上限",
    "cover": lambda model, rest: f"{_label(model, rest[0])}自求平衡的倍数",
    "dscr": lambda model, rest: f"项目偿债覆盖 {model.terms.scenario.dscr:g} 倍",
    "exclusive": lambda model, rest: f"互斥组“{list(model.terms.exclusive)[int(rest[0])]}”",
    "requires": _requires,
    "county": lambda model, rest: f"{COUNTY_NAMES[int(rest[1])]}年还本付息的上限",
    "budget": _budget,
    "limit": _limit,
    "in": _lock,
    "out": _lock,
    "changes": lambda model, rest: "允许的变动数",
}
