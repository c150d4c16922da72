"""Branch on the few decisions that matter, fix the many that cannot, and leave a small core to a solver.

At a node the relaxation gives a bound and what each decision would lose of it. What would lose more than the distance
to the best plan is fixed. The rest is a core, solved as such when it is not too large and in the time that a core may
take; otherwise the node is divided by the decision that moves the bound most, which with budgets is one of the large
projects: without them the rest fits almost perfectly, and the bound is almost tight.
"""

from __future__ import annotations

import heapq
import itertools
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from fengwuwu.optimize import clock, solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.structure import core as cores
from fengwuwu.optimize.structure import primal
from fengwuwu.optimize.structure.core import Core
from fengwuwu.optimize.structure.layout import Layout
from fengwuwu.optimize.structure.plans import Plans
from fengwuwu.optimize.structure.relaxation import Relaxed

LEAF = 5000  # undecided starts that a solver may settle in the time given to a core
TRIES = 10  # decisions looked at before a node is divided
_CORE = (10.0, 0.3)  # seconds for a core: at least, and of what is left


@dataclass(order=True)
class Node:
    """Some of the plans: what each start can still be.

    Attributes
    ----------
    bound : float
        No plan among them that is better than the best one known is better than this.
    own : float
        The same without any solver's tree.
    core : Core or None
        On whose tree `bound` rests when it is below `own`.
    low, high : ndarray of int8, shape (k,)
    """

    key: float  # minus the bound: the most promising first
    order: int
    bound: float = field(compare=False)
    own: float = field(compare=False)
    core: Core | None = field(compare=False)
    low: np.ndarray = field(compare=False)
    high: np.ndarray = field(compare=False)


@dataclass
class Found:
    """What a search came to.

    Attributes
    ----------
    values : ndarray or None
        The best plan by column of the full model.
    value, bound : float
    cores : int
        Cores whose bound rests on a solver's tree.
    confirmed : bool
        Whether another configuration found nothing better in any of those.
    """

    values: np.ndarray | None
    value: float
    bound: float
    cores: int
    confirmed: bool


class Search:
    """One maximisation; see `Plans` for the parameters.

    Parameters
    ----------
    hint : ndarray, optional
        A known plan by column of the full model.
    confirm : bool
        Whether a second opinion on the cores is wanted.
    """

    def __init__(
        self,
        arrays: Arrays,
        layout: Layout,
        *,
        deadline: float,
        gap: float = 1e-6,
        absolute: float = 1e-9,
        hint: np.ndarray | None = None,
        confirm: bool = True,
    ) -> None:
        self.plans = Plans(arrays, layout, deadline, gap, absolute)
        self.open: list[Node] = []
        self.number = itertools.count()
        self.closed = -np.inf  # the largest bound of what is done
        self.part = primal.PART
        self.wanted = confirm
        self.second = ThreadPoolExecutor(1)
        self.opinions: dict[int, Future[bool]] = {}
        if hint is not None:
            self.plans.offer(hint)

    def run(self) -> Found | None:
        """Until the gap is closed or the time is over; None when the relaxation has no solution or is not solved."""
        plans = self.plans
        deadline, half = plans.deadline, clock.now() + 0.5 * plans.left()
        plans.deadline = half  # so that the full model still has time when this leads nowhere
        root = plans.root()
        plans.deadline = deadline
        if root is None:
            return None
        start, relaxation = plans.master.model.start, plans.relaxation
        low, high = (v[start].astype(np.int8) for v in (relaxation.lower, relaxation.upper))
        self._push(root, root, None, low, high)
        while self.open and plans.left() > 0:
            if not np.isfinite(plans.value) and clock.now() > half:
                break  # the full model may do better
            node = heapq.heappop(self.open)
            if node.bound <= plans.target:
                self._close(node.bound, node.own, node.core)
            elif not self._look(node):
                # Nothing could be said, so it stays open as far as bounds go.
                heapq.heappush(self.open, node)
                break
        bound = max([plans.value, self.closed, *(node.bound for node in self.open)])
        trusted = not any(node.bound < node.own for node in self.open)
        if trusted and plans.left() > 0:
            clock.wait(list(self.opinions.values()))
        confirmed = trusted and plans.left() > 0 and all(f.result() for f in list(self.opinions.values()))
        self.second.shutdown(cancel_futures=True)
        return Found(plans.values, plans.value, bound, len(self.opinions), confirmed)

    # ------------------------------------------------------------ nodes

    def _push(self, bound: float, own: float, core: Core | None, low: np.ndarray, high: np.ndarray) -> None:
        if bound <= self.plans.target:
            self._close(bound, own, core)
        else:
            heapq.heappush(self.open, Node(-bound, next(self.number), bound, own, core, low, high))

    def _close(self, bound: float, own: float, core: Core | None) -> None:
        """Nothing better in there; a second opinion is asked for where only a tree says so."""
        target = self.plans.target
        self.closed = max(self.closed, min(bound, target))
        if own > target and core is not None and id(core) not in self.opinions:
            if self.wanted:
                self.opinions[id(core)] = self.second.submit(self._confirm, core, target, self.plans.known(core))
            else:
                self.opinions[id(core)] = Future()
                self.opinions[id(core)].set_result(False)

    def _look(self, node: Node) -> bool:
        """Close a node or divide it; False when nothing could be said."""
        plans, model = self.plans, self.plans.master.model
        lower, upper = model.arrays.lower.copy(), model.arrays.upper.copy()
        lower[model.start], upper[model.start] = node.low, node.high
        relaxed = plans.relax(lower, upper, 4)
        if relaxed.bound == -np.inf:
            return True
        if relaxed.values is None:
            return False
        bound, own = min(node.bound, relaxed.bound), min(node.own, relaxed.bound)
        if bound > plans.target:
            attempts = 0 if node.order else 3
            self.part = primal.nearby(plans, *primal.dive(plans, relaxed, lower, upper), self.part, attempts)
        if bound <= plans.target:
            self._close(bound, own, node.core)
            return True
        # What is left out is no better than the target.
        self.closed = max(self.closed, plans.target)
        narrow = plans.fix(relaxed, lower, upper, relaxed.bound - plans.target)
        if narrow is None:
            return True
        core = node.core
        if int((narrow[0] != narrow[1])[model.start].sum()) <= LEAF:
            found, core = self._leaf(narrow)
            if found < bound:
                bound = found
            else:
                core = node.core
            if bound <= plans.target:
                self._close(bound, own, core)
                return True
        return self._divide(relaxed, narrow, bound, own, core)

    def _leaf(self, narrow: tuple[np.ndarray, np.ndarray]) -> tuple[float, Core | None]:
        """Solve a node as a core; its bound, and the core it rests on."""
        plans, best = self.plans, np.inf
        until = clock.now() + max(_CORE[0], _CORE[1] * plans.left())
        core: Core | None = None
        while min(until, plans.deadline) > clock.now():
            least = plans.target
            built = cores.build(plans.master.model, *narrow, -np.inf)
            if built is not None and plans.known(built) is None and np.isfinite(least):
                built = cores.build(plans.master.model, *narrow, least)
            if built is None:
                return least, None
            outcome, fits = plans.settle(built, until - clock.now())
            if outcome.status == "infeasible":
                return least, built
            if outcome.bound is not None and max(outcome.bound, least) < best:
                best, core = max(outcome.bound, least), built
            if best <= plans.target or outcome.status != "optimal":
                break
            if fits:
                break
        return best, core

    def _confirm(self, core: Core, target: float, known: np.ndarray | None) -> bool:
        """Whether another configuration finds nothing better in a core either."""
        outcome = solve.run_highs(
            core.arrays,
            time_limit=self.plans.left(),
            absolute_gap=0.4 * self.plans.tolerance,
            options=solve.QUICK | {"random_seed": 7} if known is not None else {"random_seed": 7},
            hint=known,
        )
        return outcome.status == "infeasible" or (outcome.bound is not None and outcome.bound <= target)

    def _divide(
        self, relaxed: Relaxed, narrow: tuple[np.ndarray, np.ndarray], bound: float, own: float, core: Core | None
    ) -> bool:
        """Two nodes, by the start that moves the bound most on both sides."""
        assert relaxed.values is not None
        plans, model = self.plans, self.plans.master.model
        lower, upper = narrow
        part = relaxed.values[model.start]
        away = np.minimum(part, 1 - part)
        worth = away * (np.abs(model.arrays.cost[model.start]) + 1e-9)
        best: tuple[float, int, list[float]] | None = None
        for k in np.argsort(-worth, kind="stable")[:TRIES].tolist():
            if away[k] <= 1e-7:
                break
            column = model.start[k]
            bounds = []
            for side in (0.0, 1.0):
                low, high = lower.copy(), upper.copy()
                low[column] = high[column] = side
                bounds.append(plans.relax(low, high).bound)
            if plans.left() <= 0:
                return False
            drops = [max(own - max(b, plans.target), 1e-9 * abs(own)) for b in bounds]
            if best is None or drops[0] * drops[1] > best[0]:
                best = (drops[0] * drops[1], k, bounds)
        if best is None:
            return False
        _, k, bounds = best
        for side in (0, 1):
            low, high = (v[model.start].astype(np.int8) for v in narrow)
            low[k] = high[k] = side
            self._push(min(bound, bounds[side]), min(own, bounds[side]), core, low, high)
        return True
