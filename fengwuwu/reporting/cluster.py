"""The same reports on a Dask cluster; its workers must see the same files under the same paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from fengwuwu.errors import ReportError

Task = TypeVar("Task")
Result = TypeVar("Result")
SECONDS_TO_CONNECT = 15


def run(
    function: Callable[[Task], Result], tasks: Sequence[Task], address: str, lost: Callable[[Task, str], Result]
) -> Iterator[Result]:
    """Each result as it comes.

    Parameters
    ----------
    function : callable
        At module level, so that workers can import it.
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    lost : callable
        Makes the result of a task whose worker died, from the task and the reason (Chinese).

    Raises
    ------
    ReportError
        Dask is not installed, or nobody answers at the address.
    """
    try:
        from dask.distributed import Client, as_completed
    except ImportError as error:
        raise ReportError(
            "没有安装 Dask，不能使用 --dask。", remedy='请运行 pip install "fengwuwu[cluster]"。'
        ) from error
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ReportError(
            "连不上 Dask 集群。", where=address, remedy="请核对地址（如 tcp://10.0.0.5:8786）和调度程序是否在运行。"
        ) from error
    with client, client.as_current():
        waiting = {client.submit(function, task, pure=False): task for task in tasks}
        for future in as_completed(waiting):
            if future.status == "finished":
                yield future.result()
            else:
                yield lost(waiting[future], f"集群上的进程中断：{type(future.exception()).__name__}")
