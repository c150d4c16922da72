"""``fengwuwu explain``: why a project is funded or not, what would change it, what more money is worth."""

from __future__ import annotations

from pathlib import Path

from fengwuwu.commands.options import Groups, Options, Parents, waiting
from fengwuwu.errors import InputError


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "explain",
        help="说明方案的理由：为何入选或落选，怎样会改变，多一亿元值多少",
        description="给出项目编号，说明它为何入选或落选、多大的变动会改变决定；不给编号，说明各资金来源多一亿元、"
        "各项上下限各值多少。每句话注明依据：数据、已证明或未证明。逐项重新求解，可能需要几分钟。",
        parents=[parents.common],
    )
    made.add_argument("plan", type=Path, metavar="方案", help="fengwuwu optimize 写出的 plan.json")
    made.add_argument("project", metavar="编号", nargs="?", help="项目编号；不给则说明整个方案")
    made.add_argument("--separate", action="store_true", help="与三县各自安排相比：联合值多少")
    made.add_argument("--output", type=Path, metavar="文件", help="另存为文本文件（.txt 或 .md）")
    made.set_defaults(function=explain)


def explain(options: Options) -> None:
    """Print the reasons, and write them where asked."""
    from fengwuwu import optimize, saying

    if options.output is not None and options.output.suffix.lower() not in (".txt", ".md"):
        raise InputError("说明只能存为 .txt 或 .md 文件。", where=str(options.output), remedy="换一个扩展名。")
    plan = optimize.Plan.load(options.plan)
    say = saying.silent if options.quiet else print
    if options.separate and options.project:
        raise InputError("--separate 说明整个方案，不能同时给项目编号。", remedy="去掉其中一个。")
    with waiting(options, "说明方案的理由") as progress:
        if options.separate:
            text = optimize.separate(plan, say=progress).summary()
        else:
            text = optimize.explain(plan, options.project, say=progress).text
    say(text)
    if options.output is not None:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(text + "\n", encoding="utf-8")
        say(f"写出：{options.output}")
