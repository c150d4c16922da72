"""What a plan is worth when the figures turn out otherwise, and how much of it would still be chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize import excel, parallel, stability, terms
from fengwuwu.optimize.allocate import allocate
from fengwuwu.optimize.decided_plan import decided_plan
from fengwuwu.optimize.parallel import Progress
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.rivals.alternatives import check_goal
from fengwuwu.optimize.robust import otherwise, tables, tornado, uncertainty
from fengwuwu.optimize.robust.case import Case, Setting, solve_case
from fengwuwu.optimize.robust.conservative import Conservative, most_cautious
from fengwuwu.optimize.robust.draws import draw
from fengwuwu.optimize.robust.result import Robustness
from fengwuwu.optimize.robust.uncertainty import Figures, Ranges
from fengwuwu.optimize.scenario import Scenario
from fengwuwu.optimize.stability import Decided

_FULL = 0.9  # part of the money from which a plan leaves no reserve to speak of


@dataclass(frozen=True)
class _Task:
    """A piece of work for one process: a case, or with a `tail` the conservative plan over several draws."""

    setting: Setting
    figures: tuple[Figures, ...]
    resolve: bool = True
    tail: float | None = None


def _work(task: _Task) -> Case | Conservative:
    if task.tail is not None:
        return most_cautious(task.setting, task.figures, task.tail)
    return solve_case(task.setting, task.figures[0], task.resolve)


def robustness(
    assessed: pd.DataFrame,
    scenario: Scenario,
    draws: int = 200,
    seed: int = 1,
    workers: int | None = None,
    dask: str | None = None,
    *,
    plan: Plan | None = None,
    ranges: pd.DataFrame | None = None,
    gap: float = 1e-4,
    seconds: float = 60.0,
    tail: float = 0.1,
    progress: Progress | None = None,
) -> Robustness:
    """Draw the uncertain figures, judge the plan in every draw and find the best plan for each.

    The result is the same for every number of workers and on a cluster, as long as no search ends by its time limit
    (the notes say how many did).

    Parameters
    ----------
    assessed : DataFrame
        As for `allocate`; ``emission_reduction_t_per_year_low, _central, _high`` are the ranges of the reductions.
    scenario : Scenario
        Its first objective must be the reductions.
    draws : int
    seed : int
    workers : int, optional
        Processes; by default as many as there are processors.
    dask : str, optional
        Address of a Dask scheduler to use instead.
    plan : Plan, optional
        The plan to judge, made for this scenario; by default the best one.
    ranges : DataFrame, optional
        Ranges instead of those of ``data/reference/uncertainty.csv``.
    gap, seconds : float
        Relative gap and time at which the search for the best plan of a draw stops.
    tail : float
        Part of the draws whose mean the conservative plan makes as high as possible, in (0, 1].
    progress : callable, optional
        Is told how many cases are done, of how many.

    Returns
    -------
    Robustness

    Raises
    ------
    InputError
        The table or the ranges cannot be used, or the plan belongs to another scenario.
    ScenarioError
        There is no plan, or its first objective is not the reductions.
    """
    if draws < 1 or not 0 < tail <= 1:
        raise InputError("抽样次数须为正整数，tail 须大于 0、不大于 1。", remedy="例如 draws=200、tail=0.1。")
    if plan is None:
        plan = allocate(assessed, scenario)
    elif plan.scenario != scenario:
        raise InputError("方案不是用这个情景求得的。", remedy="给出方案自己的情景 plan.scenario。")
    check_goal(plan)
    known = uncertainty.read(plan.projects, assessed, ranges)
    drawn = draw(known, draws, seed)
    decided = stability.decided(plan.decisions)
    setting = Setting(plan.projects, scenario, decided, gap, seconds)
    # The conservative plan takes longest, so it goes first.
    tasks = [_Task(setting, tuple(drawn), tail=tail), _Task(setting, (known.nominal(),))]
    tasks += [_Task(setting, (figures,)) for figures in [*tornado.cases(known), *drawn]]
    whole = len(tasks) + draws

    def told(before: int) -> Progress:
        return lambda done, _: None if progress is None else progress(before + done, whole)

    cautious, *rest = parallel.run(_work, tasks, workers, dask, told(0))
    assert isinstance(cautious, Conservative)
    cases = [case for case in rest if isinstance(case, Case)]
    nominal, sides, found = cases[0], cases[1 : len(cases) - draws], cases[len(cases) - draws :]
    second: list[Case] = []
    if not math.isnan(cautious.cvar_t):
        other = Setting(plan.projects, scenario, cautious.decided, gap, seconds)
        judged = parallel.run(
            _work, [_Task(other, (f,), resolve=False) for f in drawn], workers, dask, told(len(tasks))
        )
        second = [case for case in judged if isinstance(case, Case)]
    table = tables.draw_table(found, second, decided, nominal.held_need_wan_yuan)
    return Robustness(
        title=scenario.title,
        notices=tuple(excel.notices(plan)),
        seed=seed,
        gap=gap,
        tail=tail,
        planned_t=nominal.held_t,
        draws=table,
        selection=tables.selection(plan.decisions, found),
        quantiles=tables.quantiles(table),
        comparison=_comparison(plan, known, table, tail, decided, cautious.decided if second else None),
        tornado=tornado.table(sides, decided, nominal),
        ranges=known.table,
        conservative=_cautious_plan(plan, cautious, draws, tail) if second else None,
        notes=tuple(_notes(found, plan, cautious)),
    )


def _cautious_plan(plan: Plan, cautious: Conservative, draws: int, tail: float) -> Plan:
    origin = f"使 {draws} 次抽样中最差 {100 * tail:g}% 的平均减排量最大"
    return decided_plan(plan.replace(stability=None), cautious.decided, origin)


def _comparison(
    plan: Plan, ranges: Ranges, table: pd.DataFrame, tail: float, decided: Decided, cautious: Decided | None
) -> pd.DataFrame:
    if cautious is None:
        return pd.DataFrame(columns=list(tables.COMPARISON_COLUMNS))
    numbers = terms.derive(plan.projects, plan.scenario)
    place = {name: p for p, name in enumerate(numbers.ids)}
    tonnes = []
    for figures in (ranges.nominal(), ranges.nominal() | {"reduction": ranges.central["reduction"]}):
        saved = otherwise.reductions(plan.projects, plan.scenario, numbers.starts, figures)
        of = [
            float(sum(part * saved[place[n]][numbers.starts[place[n]].index(s)] for n, (part, s) in d.items()))
            for d in (decided, cautious)
        ]
        tonnes.append((of[0], of[1]))
    return tables.comparison(table, tail, tonnes[0], tonnes[1])


def _notes(found: list[Case], plan: Plan, cautious: Conservative) -> list[str]:
    notes = []
    late = sum(case.status == "time_limit" for case in found)
    if late:
        notes.append(
            f"{late} 次抽样到达时限，没有求到所述差距：不计入入选频率，后悔值区间较宽，换机器或并行数时可能不同。"
        )
    if none := sum(case.best_t != case.best_t for case in found):
        notes.append(f"{none} 次抽样没有满足全部规则的方案（或在时限内没有找到），不计入入选频率和后悔值。")
    if lost := sum(case.kept_t != case.kept_t for case in found):
        notes.append(f"{lost} 次抽样中，本方案无论放弃哪些项目都不能满足全部规则，没有后悔值。")
    broken = [label for case in found for label in case.broken]
    if broken:
        counts = pd.Series(broken).value_counts()
        notes.append(
            "按抽样的数值，本方案有时不再满足："
            + "、".join(f"“{label}”（{count} 次）" for label, count in counts.items())
            + "。"
        )
    notes += _spent(found, plan)
    if math.isnan(cautious.cvar_t):
        notes.append("在时限内没有找到保守方案。")
    elif cautious.bound_t != cautious.bound_t or cautious.bound_t > cautious.cvar_t * (1 + 1e-3):
        notes.append("保守方案到达时限，未求到所述差距。")
    if plan.status != "proven_optimal":
        notes.append(f"所评的方案{plan.status_text}。")
    if plan.stability is not None:
        notes.append("抽样中的最好方案不受“与原方案相比的变动数”限制。")
    return notes


def _spent(found: list[Case], plan: Plan) -> list[str]:
    """Why money is short so often, where the plan leaves next to none of it."""
    sources = plan.scenario.instruments.values()
    short = [case for case in found if case.shortfall_wan_yuan > 0]
    if not short or any(source.unlimited for source in sources):
        return []
    regional = sum(sum(source.budget_wan_yuan.values()) for source in sources)
    whole = regional + sum(sum(b.values()) for source in sources for b in source.county_budget_wan_yuan.values())
    used = float(plan.financing["amount_wan_yuan"].sum()) / whole if whole else 0.0
    if used < _FULL:
        return []
    return [
        f"本方案已用去各来源额度合计的 {100 * used:.0f}%，没有给超支留余地：投资一高于计划就缺资金，"
        "无人补足时须放弃部分项目，由此少减的排量计入后悔值。"
    ]
