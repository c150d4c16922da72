"""``fengwuwu check``: environment and library."""

from __future__ import annotations

from fengwuwu.commands.options import Groups, Options, Parents
from fengwuwu.errors import InputError


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser(
        "check",
        help="检查环境、字体、求解器、数据与项目库",
        description="检查环境。",
        parents=[parents.common, parents.store],
    )
    made.set_defaults(function=check)


def check(options: Options) -> None:
    """Environment, fonts, solver, data files, library."""
    from fengwuwu.checkup import checkup

    faults = 0
    for name, fault in checkup(options.library):
        faults += bool(fault)
        if fault or not options.quiet:
            print(f"{'✗' if fault else '✓'} {name}{'：' + fault if fault else ''}")
    if faults:
        raise InputError(f"有 {faults} 项检查没有通过。")
