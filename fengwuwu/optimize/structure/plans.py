"""The best plan so far, and what it takes to find a better one: relaxations, cuts, money, small cores."""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize import clock, solve
from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.solve import Outcome
from fengwuwu.optimize.structure import exchange
from fengwuwu.optimize.structure.core import Core
from fengwuwu.optimize.structure.layout import Layout
from fengwuwu.optimize.structure.master import Master
from fengwuwu.optimize.structure.projection import Cut
from fengwuwu.optimize.structure.relaxation import Relaxation, Relaxed

ROOT = 100  # rounds of cuts
_POLISH = 2.0  # seconds


class Plans:
    """Plans of one maximisation.

    Parameters
    ----------
    arrays, layout : Arrays, Layout
        The full model.
    deadline : float
        On the clock of `time.perf_counter`.
    gap, absolute : float
        Relative and absolute distance between bound and value at which to stop; the larger counts.

    Attributes
    ----------
    value : float
        Of the best plan; −inf when there is none.
    values : ndarray or None, shape (columns of the full model,)
    losses : (ndarray, ndarray) or None
        Of starts and of none, as the last relaxation sees them.
    """

    def __init__(self, arrays: Arrays, layout: Layout, deadline: float, gap: float, absolute: float) -> None:
        self.arrays, self.deadline, self.gap, self.absolute = arrays, deadline, gap, absolute
        self.master = Master(arrays, layout)
        self.relaxation = Relaxation(self.master.model)
        self.value = -np.inf
        self.values: np.ndarray | None = None
        self.losses: tuple[np.ndarray, np.ndarray] | None = None
        sides = np.abs(arrays.row_upper[self.master.projection.financing])
        # Money lacking in a relaxation that is not worth a cut, 百万元.
        self.small = 1e-8 * max(10.0, float(sides[np.isfinite(sides)].max(initial=0.0)))

    @property
    def tolerance(self) -> float:
        """Distance that may remain; a tenth of the gap is left for rounding."""
        return 0.9 * max(self.gap * abs(self.value), self.absolute) if np.isfinite(self.value) else 0.0

    @property
    def target(self) -> float:
        """Only better plans than this are of interest."""
        return self.value + self.tolerance

    def left(self) -> float:
        """Seconds."""
        return self.deadline - clock.now()

    # ------------------------------------------------------------ plans

    def offer(self, values: np.ndarray) -> bool:
        """Take a solution of the full model if it is one, and better."""
        value = self.arrays.evaluate(values)
        if value <= self.value or not self.arrays.satisfied(values, 1e-6):
            return False
        self.value, self.values = value, values.copy()
        return True

    def consider(self, decisions: np.ndarray, polish: bool = True) -> bool:
        """Offer whole decisions if there is money for them; else add the cuts that say why not."""
        paid, cuts = self.master.pay(decisions)
        if paid is None:
            self.grow(cuts)
            return False
        if self.offer(paid) and polish and self.losses is not None:
            self.polish(decisions)
        return True

    def polish(self, decisions: np.ndarray) -> None:
        """Exchanges, until the money pays for what they lead to."""
        assert self.losses is not None
        until = clock.now() + min(_POLISH, self.left())
        while clock.now() < until:
            found = exchange.improve(self.master.model, decisions, *self.losses, until - clock.now())
            if self.consider(found, polish=False):
                return

    def known(self, core: Core) -> np.ndarray | None:
        """The best plan, if it is one of a core."""
        return None if self.values is None else core.part(self.values[self.master.columns])

    def settle(self, core: Core, seconds: float, nodes: int | None = None) -> tuple[Outcome, bool]:
        """Solve a core, consider what is found, and say whether there is money for the best of it."""
        outcome = solve.run_highs(
            core.arrays,
            time_limit=min(seconds, self.left()),
            absolute_gap=0.4 * self.tolerance,
            options={} if nodes is None else {"mip_max_nodes": nodes},
            hint=self.known(core),
            collect=True,
        )
        if outcome.values is None:
            return outcome, False
        fits = self.consider(core.whole(outcome.values))
        if not fits:
            for values in outcome.info["improving"][:-4:-1]:
                decisions = core.whole(values)
                if self.arrays.evaluate(self.master.whole(decisions)) > self.value:
                    self.consider(decisions)
        return outcome, fits

    # ------------------------------------------------------------ relaxations

    def grow(self, cuts: list[Cut]) -> None:
        """Cuts become rows of the relaxation."""
        self.master.add(cuts)
        self.relaxation.grow(self.master.model)

    def root(self) -> float | None:
        """Cuts until the relaxation in the decisions alone is as tight as that of the full model; its bound."""
        master = self.master
        full = solve.run_highs(self.arrays, relax=True, time_limit=self.left())
        if full.values is None or full.row_duals is None:
            return None
        master.centre = full.values
        first = master.projection.cut(full.row_duals, full.values)
        self.grow([] if first is None else [(first[0][master.columns], first[1])])
        arrays = master.model.arrays
        relaxed = self.relax(arrays.lower, arrays.upper, ROOT)
        return relaxed.bound if np.isfinite(relaxed.bound) else None

    def relax(self, lower: np.ndarray, upper: np.ndarray, rounds: int = 0) -> Relaxed:
        """The relaxation within bounds, with the cuts that its solutions lack."""
        while True:
            relaxed = self.relaxation.solve(lower, upper, self.deadline)
            if relaxed.values is None or relaxed.bound <= self.target or rounds == 0 or self.left() <= 0:
                return relaxed
            rounds -= 1
            whole = self.rounded(relaxed.values)
            if whole is not None:
                if self.consider(whole):
                    return relaxed
                continue
            short, cuts = self.master.lack(relaxed.values)
            if short <= self.small:
                return relaxed
            self.grow(cuts)

    def rounded(self, values: np.ndarray) -> np.ndarray | None:
        """The same with whole numbers made exact, if they are whole already."""
        integer = self.master.model.arrays.integer
        whole = np.where(integer, np.round(values), values)
        return whole if np.abs(whole - values).max(initial=0.0) <= 1e-7 else None

    def fix(
        self, relaxed: Relaxed, lower: np.ndarray, upper: np.ndarray, allowed: float
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Bounds that leave out what loses more than is allowed; None when nothing is left."""
        model = self.master.model
        lower, upper = lower.copy(), upper.copy()
        if not np.isfinite(allowed):
            return lower, upper
        allowed += 1e-9 * max(1.0, abs(relaxed.bound))
        keep = relaxed.loss <= allowed
        must = relaxed.idle > allowed
        options = np.bincount(model.project[keep], minlength=len(model.one))
        if (must & (options == 0)).any():
            return None
        upper[model.start[~keep]] = 0.0
        lower[model.start[keep & (must & (options == 1))[model.project]]] = 1.0
        return lower, upper
