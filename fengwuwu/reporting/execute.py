"""Execute one notebook with parameters by papermill, in a kernel of its own, and leave it reproducible."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from fengwuwu import errors
from fengwuwu.errors import ReportError

Scalar = str | int | float | bool | None
KERNEL_STARTS = 3


def declared_parameters(notebook: Path) -> dict[str, str]:
    """Names and help texts of the parameters a notebook declares in its cell tagged ``parameters``."""
    found = papermill.inspect_notebook(str(notebook))
    return {name: str(details.get("help") or "") for name, details in found.items()}


def check_parameters(notebook: Path, parameters: Mapping[str, Scalar]) -> None:
    """Refuse parameters the notebook does not declare, and values that are no JSON scalars.

    papermill itself only warns of unknown names and turns other types into text silently.
    """
    declared = declared_parameters(notebook)
    unknown = sorted(set(parameters) - set(declared))
    if unknown:
        raise ReportError(
            f"笔记本没有参数：{'、'.join(unknown)}。", where=notebook.name, remedy=f"可用参数：{'、'.join(declared)}。"
        )
    for name, value in parameters.items():
        if value is not None and not isinstance(value, (str, int, float, bool)):
            raise ReportError(
                f"参数 {name} 的类型 {type(value).__name__} 不能传给笔记本。",
                where=notebook.name,
                remedy="只能用文本、数、真假或空值。",
            )


def execute(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Scalar],
    folder: Path | None = None,
    *,
    bar: tuple[int, str] | None = None,
) -> float:
    """Run `notebook` into `output`; returns the seconds it took.

    Parameters
    ----------
    notebook : Path
        A notebook with a cell tagged ``parameters``.
    output : Path
        Where the executed notebook goes. When a cell fails it goes to ``<stem>.failed.ipynb`` instead.
    parameters : mapping
        JSON scalars.
    folder : Path, optional
        Working folder of the kernel; by default that of the notebook.
    bar : (int, str), optional
        Line and name of a progress bar, drawn when the error stream is a terminal.

    Raises
    ------
    ReportError
        When a cell fails or writes to the error stream; names the cell and the failed notebook.
    """
    check_parameters(notebook, parameters)
    output.parent.mkdir(parents=True, exist_ok=True)
    failed = output.with_suffix(".failed.ipynb")
    partial = output.with_suffix(".partial.ipynb")
    begin = time.perf_counter()
    try:
        _run_with_retry(notebook, partial, dict(parameters), folder or notebook.parent, bar)
    except PapermillExecutionError as error:
        partial.replace(failed)
        output.unlink(missing_ok=True)
        raise ReportError(
            f"第 {error.cell_index} 个单元出错：{_last_line(error)}",
            where=notebook.name,
            remedy=f"完整的出错位置见 {failed}。",
        ) from None
    executed = nbformat.read(partial, as_version=4)
    complaints = [
        text.strip()
        for cell in executed.cells
        for item in cell.get("outputs", ())
        if item.get("name") == "stderr" and (text := str(item.get("text", "")))
    ]
    if complaints:
        partial.replace(failed)
        output.unlink(missing_ok=True)
        raise ReportError(
            f"执行中有警告：{complaints[0].splitlines()[-1]}", where=notebook.name, remedy=f"详见 {failed}。"
        )
    _make_reproducible(executed, parameters)
    nbformat.write(executed, output)
    partial.unlink()
    failed.unlink(missing_ok=True)
    return time.perf_counter() - begin


def _last_line(error: PapermillExecutionError) -> str:
    """What went wrong; the class is named only when the mistake is not an ordinary one explained in Chinese."""
    kind = getattr(errors, error.ename, None)
    explained = isinstance(kind, type) and issubclass(kind, errors.FengwuwuError)
    return str(error.evalue) if explained else f"{error.ename}：{error.evalue}"


def _progress(bar: tuple[int, str] | None) -> bool | dict[str, object]:
    """What papermill passes on to tqdm; ``disable`` None: only on a terminal."""
    if bar is None:
        return False
    shape = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} 单元，已用 {elapsed}"
    return {"desc": bar[1], "position": bar[0], "leave": False, "disable": None, "ncols": 72, "bar_format": shape}


def _run_with_retry(
    notebook: Path, output: Path, parameters: dict[str, Scalar], folder: Path, bar: tuple[int, str] | None
) -> None:
    """Try again only when the kernel did not start: several starting at once may race for a port."""
    logging.getLogger("papermill").setLevel(logging.ERROR)
    for attempt in range(1, KERNEL_STARTS + 1):
        try:
            papermill.execute_notebook(
                str(notebook),
                str(output),
                parameters=parameters,
                kernel_name="python3",
                cwd=str(folder),
                progress_bar=_progress(bar),
                extra_arguments=["--log-level=50"],  # its encryption warning and its end are no news to users
            )
            return
        except RuntimeError as error:
            if isinstance(error, PapermillExecutionError) or "Kernel" not in str(error) or attempt == KERNEL_STARTS:
                raise
            time.sleep(attempt)


def _make_reproducible(executed: nbformat.NotebookNode, parameters: Mapping[str, Scalar]) -> None:
    """Clock times and paths stand in the manifest only, so that a second run gives the same bytes."""
    executed.metadata["papermill"] = {"parameters": dict(parameters)}
    for index, cell in enumerate(executed.cells):
        cell["id"] = f"cell-{index}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
