"""The same function for many inputs, over processes or a Dask cluster, with results in the order of the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import joblib

from fengwuwu.errors import InputError

Input = TypeVar("Input")
Output = TypeVar("Output")
Progress = Callable[[int, int], None]
REACH_SECONDS = 20.0  # for the first answer of a cluster


def run(
    function: Callable[[Input], Output],
    inputs: Sequence[Input],
    workers: int | None = None,
    dask: str | None = None,
    progress: Progress | None = None,
) -> list[Output]:
    """Apply a module-level function to every input.

    Parameters
    ----------
    function : callable
    inputs : sequence
    workers : int, optional
        Processes; by default as many as there are processors, and not more than inputs. One: this process.
    dask : str, optional
        Address of a Dask scheduler, e.g. ``tcp://10.0.0.1:8786``; its workers need the same version of this package.
    progress : callable, optional
        Is told how many are done, of how many.

    Raises
    ------
    InputError
        The cluster cannot be reached, or the extra ``cluster`` is not installed.
    """
    count = len(inputs)
    jobs = max(1, min(joblib.cpu_count() if workers is None else workers, count))
    done: list[Output] = []
    with _backend(dask, jobs):
        parallel = joblib.Parallel(return_as="generator")
        for result in parallel(joblib.delayed(function)(item) for item in inputs):
            done.append(result)
            if progress is not None:
                progress(len(done), count)
    return done


@contextmanager
def _backend(dask: str | None, jobs: int) -> Iterator[None]:
    """Where joblib sends its work: processes (none for one job), or the workers of a cluster."""
    if dask is None:
        with joblib.parallel_config(n_jobs=jobs):
            yield
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "没有安装 Dask，不能用集群。", remedy='安装：pip install "fengwuwu[cluster]"，或去掉 --dask。'
        ) from error
    try:
        client = Client(dask, timeout=REACH_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError("连不上 Dask 集群。", where=dask, remedy="核对地址，并确认调度器已启动。") from error
    with client, joblib.parallel_config("dask", n_jobs=-1):
        yield
