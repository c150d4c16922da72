"""No plan satisfies the scenario: the smallest change that would let one exist, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fengwuwu.optimize import solve
from fengwuwu.optimize.arrays import Arrays, extract
from fengwuwu.optimize.model import Model
from fengwuwu.optimize.slack import Slack

_SECONDS = 20.0


def smallest(model: Model) -> str:
    """Chinese: which budgets, floors, caps or locks contradict one another, and by how much they would have to give.

    Every such rule may give way at a price (money and floors one per 百万元 or unit, locks ten times the need);
    the cheapest way is computed with whole decisions. It is one way among others, and said to be so.
    """
    head = "没有同时满足全部约束的方案。"
    arrays, slacks = _with_slack(extract(model.problem), model.slack)
    found = solve.run_highs(arrays, time_limit=_SECONDS, gap=1e-3)
    if found.values is None:
        return f"{head}互斥、前置与锁定关系之间可能有矛盾，请逐项取消锁定或下限后重试。"
    steps = []
    for slack, value in zip(slacks, found.values[-len(slacks) :] if slacks else [], strict=True):
        if value > 1e-6:
            amount = slack.scale * value
            steps.append(slack.words.format(f"{_upwards(amount)} {slack.unit}"))
    if not steps:
        return f"{head}请放宽下限、增加额度或取消锁定后重试。"
    sure = "最小的" if found.status == "optimal" else "一种"
    return f"{head}{sure}调整办法之一：{'；'.join(steps)}。也可以在这些规则之间另作取舍。"


def _upwards(amount: float) -> str:
    """Rounded up to three figures, so that following the advice is enough."""
    if amount <= 0:
        return "0"
    unit = 10.0 ** (np.floor(np.log10(amount)) - 2)
    return f"{np.ceil(amount / unit - 1e-9) * unit:,.10g}"


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
