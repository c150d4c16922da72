"""What each ``fengwuwu`` command does. Heavy imports happen inside, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fengwuwu import paths, vocabulary
from fengwuwu.errors import FengwuwuError, InputError

if TYPE_CHECKING:
    import pandas as pd

Options = argparse.Namespace


def _existing(library: Path) -> Path:
    """A library that is there: looking into one must not create it."""
    if not library.is_file():
        raise InputError(
            "找不到项目库。", where=str(library), remedy="先用 fengwuwu library import 建库，或用 --library 指定。"
        )
    return library


def run(options: Options) -> None:
    """The main job."""
    from fengwuwu import workflow

    say = print if not options.quiet else workflow.silent
    result = workflow.run(
        output=options.output,
        library_path=options.library,
        scenario_files=options.scenario,
        plan_path=options.plan,
        by=options.by,
        workers=options.workers,
        as_of=options.as_of or "",
        say=say,
    )
    say("")
    say("写出：")
    for outcome in result.outcomes:
        for path in outcome.outputs:
            say(f"  {path}")
    for path in (result.folder / "plan.xlsx", result.manifest):
        say(f"  {path}")
    workflow.raise_failures(result.outcomes)


def template(options: Options) -> None:
    """An empty entry form."""
    from fengwuwu.projects.template import write_template

    write_template(options.file)
    if not options.quiet:
        print(f"申报表已写到 {options.file}")


def import_forms(options: Options) -> None:
    """Entry forms into the library; a bad file does not keep the others out."""
    from fengwuwu.projects.library import Library

    missing = [str(file) for file in options.files if not file.is_file()]
    if missing:  # before the library is opened, which would create it
        raise InputError(f"找不到申报表：{'、'.join(missing)}。", remedy="请检查文件名；什么都没有导入。")
    faults: list[str] = []
    rejected = 0
    with Library.open(options.library) as library:
        for file in options.files:
            try:
                result = library.import_file(file, by=options.by, reason=options.reason, output=options.output)
            except FengwuwuError as error:
                faults.append(str(error))
                continue
            rejected += result.rejected
            if not options.quiet:
                print(result.summary())
            for text in result.messages():
                print(f"  {text}", file=sys.stderr)
    if faults:
        raise InputError("\n".join(faults))
    if rejected:
        raise InputError(f"共有 {rejected} 行被退回。", remedy="按退回表最后一列修改后，直接重新导入退回表。")


def _table(frame: pd.DataFrame) -> str:
    import pandas as pd

    with pd.option_context("display.unicode.east_asian_width", True):
        return frame.to_string(index=False, na_rep="待补充")


def list_projects(options: Options) -> None:
    """One line per project."""
    from fengwuwu.projects.library import Library
    from fengwuwu.projects.listing import listing

    with Library.open(_existing(options.library)) as library:
        print(_table(listing(library.projects(as_of=options.as_of))))


def show(options: Options) -> None:
    """Everything about one project: the form, the class, the reduction step by step, the site, the admission."""
    from fengwuwu.projects.assess import assess
    from fengwuwu.projects.library import Library
    from fengwuwu.projects.listing import description

    with Library.open(_existing(options.library)) as library:
        projects = library.projects()
    found = projects[projects["project_id"] == options.id]
    if found.empty:
        raise InputError(
            f"项目库里没有编号“{options.id}”。",
            where=str(options.library),
            remedy="用 fengwuwu library list 查看全部编号。",
        )
    print(description(assess(found)))


def history(options: Options) -> None:
    """How a project came to be as it is."""
    from fengwuwu.projects.library import Library
    from fengwuwu.projects.listing import story

    with Library.open(_existing(options.library)) as library:
        print(story(library.history(options.id)))


def export(options: Options) -> None:
    """Hand the library over."""
    from fengwuwu.projects.library import Library

    with Library.open(_existing(options.library)) as library:
        library.export(options.file)
    if not options.quiet:
        print(f"已导出到 {options.file}")


def assess(options: Options) -> None:
    """Assess every project and print a summary."""
    from fengwuwu.projects.library import Library
    from fengwuwu.workflow import assess_library

    with Library.open(_existing(options.library)) as library:
        assessed = assess_library(library)
    if options.quiet:
        return
    counts = assessed["admission_status"].value_counts()
    print(f"已评估 {len(assessed)} 个项目：")
    for key, shown in vocabulary.ADMISSION.items():
        print(f"  {shown}　{counts.get(key, 0)} 个")


def optimize(options: Options) -> None:
    """One plan."""
    from fengwuwu import workflow
    from fengwuwu.optimize import Scenario
    from fengwuwu.projects.assess import assess as assess_projects
    from fengwuwu.projects.library import Library

    folder = options.output or Path("reports") / Scenario.load(*options.scenario).name
    with Library.open(_existing(options.library)) as library:
        assessed = assess_projects(library.projects(as_of=options.as_of))
    plan = workflow.make_plan(assessed, options.scenario, folder)
    if not options.quiet:
        print(plan.summary())
        print(f"写出：{folder / 'plan.json'}、{folder / 'plan.xlsx'}")


def report(options: Options) -> None:
    """Write the applications."""
    from fengwuwu import workflow

    if options.plan and not options.plan.is_file():
        raise InputError("找不到方案文件。", where=str(options.plan), remedy="请检查 --plan。")
    plan = options.plan or workflow.latest_plan()
    folder = options.output or plan.parent
    say = print if not options.quiet else workflow.silent
    outcomes, written = workflow.make_reports(
        _existing(options.library),
        plan,
        folder,
        areas=workflow.AREAS if options.county == "all" else (options.county,),
        formats=options.format,
        workers=options.workers,
        as_of=options.as_of or "",
        say=say,
    )
    for outcome in outcomes:
        for path in outcome.outputs:
            say(f"  {path}")
    say(f"  {written}")
    workflow.raise_failures(outcomes)


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


def lab(_: Options) -> None:
    """JupyterLab on the notebooks."""
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(paths.NOTEBOOKS)]
    if getattr(os, "geteuid", lambda: 1)() == 0:  # in a container there is often no other user
        command.append("--allow-root")
    subprocess.run(command, check=False)
