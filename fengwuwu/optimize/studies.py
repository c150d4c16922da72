"""What is asked of a plan before one applies with it: the trade-off, what more money buys, joint against separate.

Computed once, within a time limit, and kept beside the plan, so that every document shows the same figures.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from fengwuwu.errors import FengwuwuError, InputError, ScenarioError
from fengwuwu.optimize.frontier import frontier, reductions, share
from fengwuwu.optimize.plan import Plan, rows_of
from fengwuwu.optimize.reasons import worth
from fengwuwu.optimize.rivals.separate import COLUMNS as SEPARATE_COLUMNS
from fengwuwu.optimize.rivals.separate import Separate, separate
from fengwuwu.optimize.trade_off import Frontier

POINTS, SECONDS = 6, 70.0
_FORMAT = 1


@dataclass(frozen=True)
class Studies:
    """Attributes
    ----------
    plan_hash : str
        SHA-256 of the plan's text: studies of another plan are not used.
    frontier : Frontier or None
        The trade-off curve; `frontier_reason` (Chinese) says why there is none.
    more_money : DataFrame
        See `worth.more_money`.
    separate : Separate or None
        Joint against separate, without the counties' plans; `separate_reason` says why there is none.
    """

    plan_hash: str
    frontier: Frontier | None
    frontier_reason: str
    more_money: pd.DataFrame
    separate: Separate | None
    separate_reason: str

    def point_of(self, plan: Plan) -> int | None:
        """Number of the point that does as well as the plan in both objectives; None when there is none."""
        if self.frontier is None or plan.objective is None:
            return None
        have = reductions(plan), share(plan)
        for number, other in enumerate(self.frontier.plans, 1):
            if other is not None and _same(have[0], reductions(other)) and _same(have[1], share(other)):
                return number
        return None

    def to_json(self) -> str:
        """The studies as text."""
        data: dict[str, Any] = {
            "format": _FORMAT,
            "kind": "studies",
            "plan": self.plan_hash,
            "frontier": None if self.frontier is None else json.loads(self.frontier.to_json()),
            "frontier_reason": self.frontier_reason,
            "more_money": rows_of(self.more_money),
            "separate": None if self.separate is None else _separate_to_dict(self.separate),
            "separate_reason": self.separate_reason,
        }
        return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    @classmethod
    def load(cls, path: Path) -> Studies:
        """Read studies written by `to_json`.

        Raises
        ------
        InputError
            The file cannot be read or is something else.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["kind"] != "studies" or data["format"] != _FORMAT:
                raise KeyError("kind")
            front, apart = data["frontier"], data["separate"]
            return cls(
                data["plan"],
                None if front is None else Frontier.from_dict(front, where=str(path)),
                data["frontier_reason"],
                pd.DataFrame(data["more_money"], columns=worth.MORE_COLUMNS).astype({"proven": bool}),
                None if apart is None else _separate_from_dict(apart),
                data["separate_reason"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                "方案分析文件读不出或已损坏。", where=str(path), remedy="删除该文件后重新运行 fengwuwu run。"
            ) from error


def beside(plan: Path) -> Path:
    """Where the studies of a plan file are kept."""
    return plan.with_name(f"{plan.stem}_studies.json")


def find(plan: Path) -> Studies | None:
    """The studies kept beside a plan file; None when there are none, or they are of another plan."""
    path = beside(plan)
    if not path.is_file():
        return None
    found = Studies.load(path)
    return found if found.plan_hash == _hash(plan) else None


def make(
    projects: pd.DataFrame,
    plan_path: Path,
    *,
    points: int = POINTS,
    seconds: float = SECONDS,
    say: Callable[[str], None] | None = None,
) -> Studies:
    """Study a plan and keep the result beside it; studies of the same plan that lie there are kept.

    The curve is walked in one process, the rest in another, each within `seconds`.

    Parameters
    ----------
    projects : DataFrame
        What the plan was made on, as for `allocate`.
    plan_path : Path
        A ``plan.json`` with decisions.
    points : int
        Of the curve, at most.
    seconds : float
        Time for each process; what is not proven by then says so.
    say : callable, optional
        Is told in Chinese what has been done.
    """
    kept = find(plan_path)
    if kept is not None:
        return kept
    tell = say or (lambda _: None)
    table = pd.DataFrame(projects.drop(columns="geometry", errors="ignore"))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        curve = pool.submit(_curve, table, plan_path, points, seconds)
        rest = pool.submit(_rest, plan_path, seconds)
        more, apart, separate_reason = rest.result()
        tell("已求得：增加资金的效果、联合与各自配置的比较")
        front, reason = curve.result()
        tell(f"已求得：取舍曲线{'' if front is None else f' {len(front.table)} 点'}")
    made = Studies(_hash(plan_path), front, reason, more, apart, separate_reason)
    scratch = beside(plan_path).with_suffix(".part")
    scratch.write_text(made.to_json(), encoding="utf-8", newline="\n")
    scratch.replace(beside(plan_path))
    return Studies.load(beside(plan_path))


def _curve(projects: pd.DataFrame, plan_path: Path, points: int, seconds: float) -> tuple[Frontier | None, str]:
    plan = Plan.load(plan_path)
    try:
        return frontier(projects, plan.scenario, points, seconds=seconds, known=plan), ""
    except ScenarioError as error:
        return None, str(error)


def _rest(plan_path: Path, seconds: float) -> tuple[pd.DataFrame, Separate | None, str]:
    plan = Plan.load(plan_path)
    apart, reason = None, ""
    try:
        apart = separate(plan)
    except FengwuwuError as error:
        reason = str(error)
    return worth.more_money(plan, seconds=seconds), apart, reason


def _hash(plan: Path) -> str:
    return hashlib.sha256(plan.read_bytes()).hexdigest()


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 2e-6 * max(abs(one), abs(other), 1e-12)


def _separate_to_dict(apart: Separate) -> dict[str, Any]:
    return {
        "table": rows_of(apart.table),
        "shares": dict(apart.shares),
        "missing": list(apart.missing),
        "gain_t": apart.gain_t,
        "gain_without_limits_t": apart.gain_without_limits_t,
        "proven": apart.proven,
        "notice": apart.notice,
    }


def _separate_from_dict(data: dict[str, Any]) -> Separate:
    return Separate(
        pd.DataFrame(data["table"], columns=SEPARATE_COLUMNS),
        {},
        data["shares"],
        tuple(data["missing"]),
        data["gain_t"],
        data["gain_without_limits_t"],
        data["proven"],
        data["notice"],
    )
