"""Why a project is funded or not, and what would change it: sentences, each with what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from fengwuwu.errors import InputError
from fengwuwu.optimize import stability
from fengwuwu.optimize.plan import Plan
from fengwuwu.optimize.reasons import sources, turning, turning_terms, worth
from fengwuwu.optimize.reasons.what_if import (
    below,
    facts,
    first_proven,
    proven_below,
    surely_infeasible,
    thinkable,
    what_if,
)
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE, LOCKED

DATA, PROVEN, UNPROVEN = "数据", "已证明", "未证明"
Say = Callable[[str], None]


@dataclass
class Explanation:
    """Chinese sentences on a project or a plan.

    Attributes
    ----------
    title : str
    statements : list of (str, str)
        Sentence, and what it rests on: ``数据`` (follows from the table or the plan), ``已证明`` (by solving again,
        two solvers agreeing) or ``未证明`` (solved again, but not to the proof).
    """

    title: str
    statements: list[tuple[str, str]] = field(default_factory=list)

    def add(self, sentence: str, proof: str | bool = DATA) -> None:
        """One more sentence; True and False stand for proven and not."""
        self.statements.append((sentence, proof if isinstance(proof, str) else PROVEN if proof else UNPROVEN))

    @property
    def text(self) -> str:
        """Title and numbered sentences, each followed by what it rests on."""
        lines = [f"{i}. {sentence}〔{proof}〕" for i, (sentence, proof) in enumerate(self.statements, 1)]
        return "\n".join([self.title, *lines])

    def __str__(self) -> str:
        return self.text

    def table(self) -> pd.DataFrame:
        """Columns 说明, 依据."""
        return pd.DataFrame(self.statements, columns=["说明", "依据"])

    def save(self, path: str | Path) -> None:
        """Write `text` to a file."""
        Path(path).write_text(self.text + "\n", encoding="utf-8")


def explain(plan: Plan, project_id: str | None = None, *, say: Say | None = None) -> Explanation:
    """Why a project is (not) funded; without a project, what more money and every floor or cap are worth.

    Parameters
    ----------
    plan : Plan
    project_id : str, optional
    say : callable, optional
        Is told in Chinese what is being solved.

    Returns
    -------
    Explanation

    Raises
    ------
    InputError
        The plan knows no such project.
    """
    say = say or (lambda _: None)
    notice = f"（{ILLUSTRATIVE_NOTICE}）" if plan.data_kind == "illustrative" else ""
    if project_id is None:
        found = Explanation(f"方案说明：{plan.scenario.title}{notice}")
        sure = first_proven(plan) or surely_infeasible(plan)
        whole = plan.summary().replace(notice, "")
        if plan.objective is None:
            found.add(whole, sure)
            return found
        found.add(whole.split("\n")[0], sure)
        found.add(worth.ATTENTION)
        for sentence, proven in worth.sentences(plan, say):
            found.add(sentence, proven)
        return found
    aside = plan.set_aside[plan.set_aside["project_id"] == project_id].to_dict("records")
    if aside:
        found = Explanation(f"{project_id} {aside[0]['project_name'] or ''}{notice}")
        found.add(f"未参加资金安排：{aside[0]['reason']}。")
        if aside[0]["columns"]:
            found.add(f"补齐下列各项后可以参加：{aside[0]['columns']}。")
        return found
    if project_id not in set(plan.projects["project_id"]):
        raise InputError(f"方案中没有项目 {project_id}。", remedy="核对编号；编号见 plan.xlsx 的“决策”表。")
    if plan.objective is None:
        found = Explanation(f"{project_id}{notice}")
        found.add(f"没有方案：{plan.status_text}。{plan.message}", surely_infeasible(plan))
        return found
    found = Explanation(f"{project_id} {facts(plan, project_id)['project_name'] or ''}{notice}")
    decision = plan.decisions[plan.decisions["project_id"] == project_id].iloc[0]
    found.add(f"{decision['reason']}。")
    if not first_proven(plan):
        found.add(f"原方案{plan.status_text}，下面的比较以它和它的可信上界为准。")
    (_funded if decision["funded"] else _left_out)(plan, project_id, found, say)
    return found


def _funded(plan: Plan, name: str, found: Explanation, say: Say) -> None:
    money = plan.financing[plan.financing["project_id"] == name].groupby("label", sort=False)["amount_wan_yuan"].sum()
    parts = "，".join(f"{label} {amount:,.0f} 万元" for label, amount in money.items())
    found.add(f"资金：{parts or '没有融资需求'}。")
    locked = facts(plan, name)["locked"]
    if locked:
        found.add(f"它{LOCKED[str(locked)]}，入选不取决于比较；以下说明取消锁定后的情形。")
    say(f"求解：不安排 {name}")
    without = what_if(plan, {name: {"locked": "out"}})
    if without.status == "infeasible":
        found.add(f"不安排它，就没有满足全部规则的方案。{without.message}", surely_infeasible(without))
        return
    if without.objective is None:
        found.add("不安排它时的最好方案在时限内没有求得。", False)
        return
    lost = (plan.objective or 0.0) - without.objective
    proven = first_proven(without) and first_proven(plan)
    if not below(without, plan):
        what = "目标至多相差求解误差" if proven else f"已知方案相差 {worth.amount(plan, lost)}，尚不能断定高下"
        found.add(f"不安排它，也能同样好：{what}。" if proven else f"{what}。", proven)
        return
    found.add(f"不安排它，最好的方案{worth.less(plan, lost)}；{_moves(plan, without)}。", proven)
    if locked:
        return
    say(f"求解：{name} 的减排量低到多少时落选")
    turn = turning.reduction(plan, name, without, plan)
    if turn is not None:
        found.add(_rates(turn, "降到", "落选", "入选"), turn.proven)
    else:
        found.add("没有找到使它落选的年减排量（不参与减排排序、目标不是减排量，或减为零仍入选）。", False)


def _left_out(plan: Plan, name: str, found: Explanation, say: Say) -> None:
    locked = facts(plan, name)["locked"]
    if locked:
        found.add("它已列为排除；以下说明取消排除后的情形。")
    found.add(sources.sentence(plan, name))
    if plan.scenario.goals[0] == "emission_reduction" and not _saves(plan, name):
        found.add("它没有可计的减排量，减排量最大的方案只在下限要求它，或安排它不挤占减排项目时才安排。")
    say(f"求解：必须安排 {name}")
    inside = what_if(plan, {name: {"locked": "in"}})
    if inside.status == "infeasible":
        found.add(f"在现有资金和规则下，无论怎样安排都容不下它。{inside.message}", surely_infeasible(inside))
    elif inside.objective is None:
        found.add("必须安排它时的最好方案在时限内没有求得。", False)
    else:
        lost = (plan.objective or 0.0) - inside.objective
        proven = first_proven(inside) and first_proven(plan)
        if not below(inside, plan):
            near = f"已知方案{worth.less(plan, lost)}" if lost > 0 else "已知方案并不更差"
            doubt = f"安排它时{near}，没有超出求解的差距，不能断定它应当落选"
            text = "安排它也能同样好，差别在求解误差之内" if proven else doubt
            found.add(f"{text}；{_moves(plan, inside)}。", proven)
            return
        found.add(f"若必须安排它，最好的方案{worth.less(plan, lost)}；{_moves(plan, inside)}。", proven)
    if not locked:
        _floors(plan, name, found, say)
    if bool(facts(plan, name)["divisible"]):
        found.add("可分割项目不计算使它入选的最小变动。", UNPROVEN)
        return
    _changes(plan, name, inside, found, say)


def _saves(plan: Plan, name: str) -> bool:
    """Whether a project has reductions that count."""
    row = facts(plan, name)
    return bool(row["reduction_ranked"]) and (row["emission_reduction_t_per_year"] or 0.0) > 0


def _changes(plan: Plan, name: str, inside: Plan, found: Explanation, say: Say) -> None:
    if inside.objective is not None:
        say(f"求解：{name} 的减排量高到多少时入选")
        turn = turning.reduction(plan, name, plan, inside)
        if turn is not None:
            found.add(_rates(turn, "提高到", "入选", "落选"), turn.proven)
    say(f"求解：{name} 要多少计划外资金才入选")
    turn = turning.money(plan, name)
    if turn is None:
        found.add("即使它的融资需求全部另行落实，也没有求得好于原方案的方案。", False)
    else:
        words = f"融资需求减少 {turn.turns:,.0f} 万元（另行落实资本金或补助）就会入选，且总的结果好于原方案"
        less = f"；不足 {turn.holds:,.0f} 万元时，安排它不会好于原方案" if turn.holds >= 1 else ""
        found.add(f"{words}{less}。", turn.proven)
    _terms(plan, name, found, say)


def _floors(plan: Plan, name: str, found: Explanation, say: Say) -> None:
    """The floors without which it would be in: solved without each, and once more without both.

    Where a plan with the project is no better even without any floor, none of them is the reason.
    """
    limits = plan.scenario.model_dump()["limits"]
    floors = {key: limit for key, limit in plan.scenario.limits.items() if limit.sense == "floor"}
    if not floors:
        return
    say("求解：各条下限是否挡住了它")
    if not thinkable(plan, name, plan.scenario.changed(limits={k: v for k, v in limits.items() if k not in floors})):
        return
    for key, limit in floors.items():
        scenario = plan.scenario.changed(limits={k: v for k, v in limits.items() if k != key})
        if not thinkable(plan, name, scenario):
            continue
        say(f"求解：取消下限“{limit.label}”")
        free = what_if(plan, scenario=scenario)
        if free.objective is None or not free.decisions.set_index("project_id").loc[name, "funded"]:
            continue
        left_out = what_if(plan, {name: {"locked": "out"}}, scenario)
        if below(left_out, free):
            words, _ = worth.gain(plan, free)
            found.add(
                f"它因下限“{limit.label}”而落选：取消这条下限，它就会入选，最好的方案{words}。",
                proven_below(left_out, free),
            )


def _terms(plan: Plan, name: str, found: Explanation, say: Say) -> None:
    """The smallest saving, additional revenue and additional money of the sources."""
    say(f"求解：{name} 的投资低到多少才入选")
    cheaper = turning_terms.cost(plan, name)
    if cheaper is not None:
        move = f"总投资由 {cheaper.now:,.0f} 万元降到 {cheaper.turns:,.0f} 万元"
        words = f"{move}（融资需求同额减少）就会入选，且总的结果好于原方案"
        short = f"；高于 {cheaper.holds:,.0f} 万元时，安排它不会好于原方案" if cheaper.holds < cheaper.now else ""
        found.add(f"{words}{short}。", cheaper.proven)
    say(f"求解：{name} 的年收入高到多少才入选")
    paid = turning_terms.revenue(plan, name)
    if paid is not None:
        unknown = facts(plan, name)["annual_revenue_wan_yuan"] is None
        now = "（现未提供）达到" if unknown else f"由 {paid.now:,.0f} 万元提高到"
        words = f"年收入{now} {paid.turns:,.0f} 万元就会入选，且总的结果好于原方案"
        found.add(f"{words}；低于 {paid.holds:,.0f} 万元时，安排它不会好于原方案。", paid.proven)
    say(f"求解：资金来源增加多少才容得下 {name}")
    more = turning_terms.budgets(plan, name)
    if more is not None and more[0]:
        labels = {key: inst.label for key, inst in plan.scenario.instruments.items()}
        parts = "、".join(f"{labels[key]} {amount:,.0f} 万元" for key, amount in more[0].items())
        found.add(f"资金至少增加（按各来源原分年比例）{parts}，就能安排它，且总的结果好于原方案。", more[1])


def _rates(turn: turning.Turning, move: str, turned: str, kept: str) -> str:
    now, turns, holds = (worth.figure(rate) for rate in (turn.now, turn.turns, turn.holds))
    return f"年减排量由 {now} t {move} {turns} t 就会{turned}；{holds} t 时仍{kept}。"


def _moves(plan: Plan, other: Plan) -> str:
    """What comes in, goes out and moves from one plan to another."""
    before, after = (stability.decided(p.decisions) for p in (plan, other))
    entered = [n for n in after if n not in before]
    left = [n for n in before if n not in after]
    moved = [n for n in after if n in before and after[n] != before[n]]
    parts = [
        f"{word}{'、'.join(names[:8])}{f'等 {len(names)} 个' if len(names) > 8 else ''}"
        for word, names in (("换入 ", entered), ("换出 ", left), ("改期或改比例 ", moved))
        if names
    ]
    return "，".join(parts) or "其他项目不变"
