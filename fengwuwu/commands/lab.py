"""``fengwuwu lab``: JupyterLab on the notebooks."""

from __future__ import annotations

import os
import subprocess
import sys

from fengwuwu import paths
from fengwuwu.commands.options import Groups, Options, Parents


def add(groups: Groups, parents: Parents) -> None:
    """Put the command on the parser."""
    made = groups.add_parser("lab", help="打开 JupyterLab", description="在 notebooks 文件夹打开 JupyterLab。")
    made.set_defaults(function=lab)


def lab(_: Options) -> None:
    """JupyterLab on the notebooks."""
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(paths.NOTEBOOKS)]
    if getattr(os, "geteuid", lambda: 1)() == 0:  # in a container there is often no other user
        command.append("--allow-root")
    subprocess.run(command, check=False)
