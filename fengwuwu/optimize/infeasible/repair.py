"""No plan satisfies the scenario: the smallest change after which one exists, and the rules that conflict, in words."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.infeasible import conflict, limit_repair
from fengwuwu.optimize.infeasible.slack import Slack
from fengwuwu.optimize.model import Model

_SECONDS = 60.0  # for the conflict; three times as much for all the changes


def smallest(model: Model) -> str:
    """Chinese, in lines: what would have to give, and by how much; then the rules that conflict, by name.

    A repair by one rule alone has to loosen a rule of every conflicting set, so only the rules of the set found are
    tried, each against the whole model. Where none is enough by itself, the cheapest change of several is told (money
    and floors one per 百万元 or unit, locks ten times the need). Every change that is told was solved with.
    """
    head = "没有同时满足全部约束的方案。"
    arrays = extract(model.problem)
    deadline = time.perf_counter() + 3 * _SECONDS
    found = conflict.find(model, arrays, _SECONDS)
    ways: list[Way] = []
    for k, rows in enumerate(found.rules.values()):
        # A hard rule must not use up the time of the others.
        now = time.perf_counter()
        way = _alone(model, arrays, rows, now + (deadline - now) / (len(found.rules) - k))
        ways += [] if way is None else [way]
    if ways:
        least = "最小的" if all(way.proven for way in ways) else "可行的"
        words = [f"{conflict.BULLET}{'或' if k else ''}{way.words}" for k, way in enumerate(ways)]
        one = [f"{least}调整办法：{ways[0].words}。"]
        return "\n".join([head, *(one if len(ways) == 1 else [f"{least}调整办法（任选其一）：", *words]), found.text])
    together = _least(arrays, model.slack, deadline)
    if together is None:
        return f"{head}\n{found.text}"
    least = "总量最小的" if together.proven else "可行的"
    return f"{head}\n没有一条规则单独放宽就够；{least}一组调整：{together.words}。\n{found.text}"


@dataclass(frozen=True)
class Way:
    """A change after which there is a plan, in words; whether two runs rule out a smaller one; the amounts in it."""

    words: str
    proven: bool
    amounts: tuple[float, ...] = ()


def _alone(model: Model, arrays: Arrays, rows: list[str], deadline: float) -> Way | None:
    """The least loosening of one rule with everything else as it is; None when it is not enough or cannot give."""
    slack = {name: model.slack[name] for name in rows if name in model.slack}
    if not slack:
        return None
    way = _least(arrays, slack, deadline)
    if way is None or not rows[0].startswith("limit_"):
        return way
    limit = list(model.terms.scenario.limits.values())[int(rows[0].removeprefix("limit_"))]
    if limit.percent is None and limit.measure != "climate_share":
        amount = way.amounts[0]
        return Way(limit_repair.moved(limit, math.ceil(amount) if limit.measure == "count" else amount), way.proven)
    words, proven = limit_repair.level(model, arrays, rows[0], limit, deadline)
    return Way(words, proven) if words else way


def _least(arrays: Arrays, slack: dict[str, Slack], deadline: float) -> Way | None:
    """The cheapest amounts by which these rows have to give, rounded up; None when they are not enough."""
    relaxed, slacks = _with_slack(arrays, slack)
    found = limit_repair.twice(relaxed, deadline)
    if found is None:
        return None
    values, _, proven = found
    steps, amounts = [], []
    for item, value in zip(slacks, values[-len(slacks) :], strict=True):
        if value > 1e-6:
            amounts.append(_upwards(item.scale * value))
            shown = f"{amounts[-1]:,.10g} {item.unit}"
            steps.append(item.words.format(shown) if item.scale else item.words)
    return Way("，并".join(steps), proven, tuple(amounts)) if steps else None


def _upwards(amount: float) -> float:
    """Rounded up to three figures, so that following the advice is enough."""
    if amount <= 0:
        return 0.0
    unit = 10.0 ** (np.floor(np.log10(amount)) - 2)
    return float(np.ceil(amount / unit - 1e-6) * unit)


def _with_slack(arrays: Arrays, slack: dict[str, Slack]) -> tuple[Arrays, list[Slack]]:
    """The same rows with a priced column for each quantity that may give way; to be minimised."""
    keys = list(dict.fromkeys(item.key for item in slack.values()))
    first = {key: next(s for s in slack.values() if s.key == key) for key in keys}
    columns = arrays.shape[1]
    starts, index, value = [0], [], []
    for i, name in enumerate(arrays.names):
        a, b = arrays.start[i], arrays.start[i + 1]
        index.append(arrays.index[a:b])
        value.append(arrays.value[a:b])
        extra = 0
        if name in slack:
            # A row with a lower side gets help upwards, one with only an upper side downwards.
            index.append(np.array([columns + keys.index(slack[name].key)]))
            value.append(np.array([1.0 if np.isfinite(arrays.row_lower[i]) else -1.0]))
            extra = 1
        starts.append(starts[-1] + int(b - a) + extra)
    more = len(keys)
    prices = np.array([first[key].price for key in keys])
    relaxed = replace(
        arrays,
        cost=np.concatenate([np.zeros(columns), prices]),
        offset=0.0,
        maximise=False,
        lower=np.concatenate([arrays.lower, np.zeros(more)]),
        upper=np.concatenate([arrays.upper, np.full(more, np.inf)]),
        integer=np.concatenate([arrays.integer, np.zeros(more, bool)]),
        start=np.array(starts, np.int32),
        index=np.concatenate(index).astype(np.int32),
        value=np.concatenate(value),
        variables=[*arrays.variables, *keys],
    )
    return relaxed, [first[key] for key in keys]
