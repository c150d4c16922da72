"""``fengwuwu assess``: classify, account, site, admit."""

from __future__ import annotations

from fengwuwu import vocabulary
from fengwuwu.commands.options import Groups, Options, Parents, opened


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "assess",
        help="对全部项目分类、核算、选址与入库评定",
        description="对全部项目分类、核算、选址与入库评定，结果存入项目库。",
        parents=[parents.common, parents.store],
    )
    made.set_defaults(function=assess)


def assess(options: Options) -> None:
    """Assess every project and print a summary."""
    from fengwuwu.workflow import assess_library

    with opened(options) as library:
        assessed = assess_library(library)
    if options.quiet:
        return
    counts = assessed["admission_status"].value_counts()
    print(f"已评估 {len(assessed)} 个项目：")
    for key, shown in vocabulary.ADMISSION.items():
        print(f"  {shown}　{counts.get(key, 0)} 个")
