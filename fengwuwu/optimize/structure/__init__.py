"""Large models by their structure: decisions and money apart, the few large projects before the many small ones.

1. The money of the projects is a linear programme once the decisions are known; what it forbids is kept as cuts in the
   decisions alone (``projection``, ``master``). Every family of constraints that is a row takes part as it is.
2. The relaxation gives a bound, computed afresh in plain arithmetic, and what each decision loses (``relaxation``).
3. Large projects are settled first, exchanges and small cores give plans (``primal``, ``exchange``, ``plans``).
4. Decisions that lose more than what is between plan and bound are fixed; the rest is a small core for a solver, whose
   word is confirmed by another configuration, or is divided further (``search``, ``core``).

The full model decides whenever this does not come to an end.
"""

from __future__ import annotations

import numpy as np

from fengwuwu.optimize.arrays import Arrays
from fengwuwu.optimize.model import Model
from fengwuwu.optimize.proof import PROVEN_GAP, Verdict, close
from fengwuwu.optimize.structure import lexicographic
from fengwuwu.optimize.structure.layout import Layout
from fengwuwu.optimize.structure.lexicographic import Ratio, Shared
from fengwuwu.optimize.structure.search import Search

__all__ = ["Ratio", "Shared", "both", "maximise", "suits"]

FROM = 250  # projects; smaller models are settled as they are
TYPES = 500  # types of financing; with more, asking for the money of a plan takes too long (measured)
STARTS = 1.5  # start years per project; with more, relaxations are too loose for this to help (measured)


def suits(model: Model, solver: str) -> bool:
    """Whether a model is large enough, of few types and start years, and the solver is free to choose."""
    projects = model.terms.n
    few = len(model.types) <= TYPES and len(model.fund) <= STARTS * projects
    return solver == "highs" and projects >= FROM and few


def maximise(
    model: Model,
    arrays: Arrays,
    *,
    gap: float,
    deadline: float,
    absolute: float = 1e-11,
    hint: np.ndarray | None = None,
) -> Verdict | None:
    """The best plan of a maximisation, and how far it is proven.

    Parameters
    ----------
    model, arrays : Model, Arrays
        The same model; the objective of `arrays` counts.
    gap, absolute : float
        Relative and absolute gap asked for.
    deadline : float
        On the clock of `time.perf_counter`.
    hint : ndarray, optional
        A known solution by column.

    Returns
    -------
    Verdict or None
        None when nothing was found, so that the full model has to be asked.
    """
    layout = Layout.of(model, arrays)
    if not (np.isfinite(layout.lower).all() and np.isfinite(layout.upper).all()):
        return None
    search = Search(arrays, layout, deadline=deadline, gap=gap, absolute=absolute, hint=hint, confirm=gap <= PROVEN_GAP)
    found = search.run()
    if found is None or found.values is None:
        return None
    value, bound = found.value, max(found.bound, found.value)
    verdict = Verdict("time_limit", value, bound, found.values)
    closed = close(bound, value, gap, absolute)
    if close(bound, value, absolute=absolute) and not found.cores:
        verdict.status = "proven_optimal"
        verdict.proof = "结构化求解：自有松弛上界（逐项复算）与方案相合，不依赖求解器的搜索树。"
    elif close(bound, value, absolute=absolute) and found.confirmed:
        verdict.status = "proven_optimal"
        verdict.proof = (
            f"结构化求解：自有松弛上界把未定项目缩小为 {found.cores} 个小模型，HiGHS 与另一随机种子的 HiGHS "
            "各自证明其中没有更好的方案。"
        )
    elif closed:
        verdict.status = "within_gap"
        verdict.proof = (
            "结构化求解给出的上界仅由一次求解得出，未经第二意见证实，不称为已证明最优。"
            if found.cores
            else "结构化求解：自有松弛上界（逐项复算）在要求的差距之内。"
        )
    else:
        verdict.proof = "到达求解时限，结构化求解的上界尚未闭合，不是已证明的最优方案。"
    return verdict


def both(
    model: Model,
    arrays: Arrays,
    ratio: Ratio,
    *,
    gap: float,
    deadline: float,
    hint: np.ndarray | None = None,
    shared: Shared,
) -> tuple[Verdict, Verdict] | None:
    """Reductions first, a ratio next, when both can be proven together; see `lexicographic`."""
    layout = Layout.of(model, arrays)
    if gap > PROVEN_GAP or not (np.isfinite(layout.lower).all() and np.isfinite(layout.upper).all()):
        return None
    return lexicographic.maximise(arrays, layout, ratio, gap=gap, deadline=deadline, hint=hint, shared=shared)
