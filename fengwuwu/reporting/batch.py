"""Many reports at once: each in a process and kernel of its own, so that one failing leaves the others alone."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from tqdm import tqdm

from fengwuwu.errors import FengwuwuError, ReportError
from fengwuwu.reporting.cluster import run as run_on_cluster
from fengwuwu.reporting.execute import Scalar, check_parameters, execute
from fengwuwu.reporting.html import write_html
from fengwuwu.reporting.manifest import file_entry
from fengwuwu.reporting.pdf import write_pdf
from fengwuwu.reporting.word import write_docx

FORMATS = ("docx", "pdf", "html")
STAGGER_SECONDS = 0.3  # kernels that start at the same moment may race for a port


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook, its parameters, and where the documents go."""

    name: str
    notebook: Path
    output: Path
    parameters: Mapping[str, Scalar]
    formats: tuple[str, ...] = FORMATS
    key: str = ""
    bar: int | None = None  # line of its progress bar on the terminal; None: no bar


@dataclass(frozen=True)
class Outcome:
    """What became of a job; `message` is empty when it succeeded."""

    name: str
    seconds: float
    outputs: tuple[Path, ...] = ()
    message: str = ""
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    key: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether all documents were written."""
        return not self.message

    def as_dict(self) -> dict[str, object]:
        """Plain values for the manifest."""
        return {
            "name": self.name,
            "status": "完成" if self.succeeded else "失败",
            "seconds": round(self.seconds, 2),
            "message": self.message,
            "parameters": dict(self.parameters),
            "key": self.key,
            "outputs": [file_entry(path) for path in self.outputs],
        }


def write_documents(notebook: Path, formats: Sequence[str]) -> list[Path]:
    """Write the documents beside an executed notebook, in the order of `FORMATS`.

    Word learns the page numbers of its contents from the PDF's layout, so that is made first, if only for that.
    """
    targets = {kind: notebook.with_suffix(f".{kind}") for kind in FORMATS if kind in formats}
    pages: dict[str, int] = {}
    if "pdf" in targets:
        pages = write_pdf(notebook, targets["pdf"])
    elif "docx" in targets:
        with tempfile.TemporaryDirectory() as folder:
            pages = write_pdf(notebook, Path(folder) / "layout.pdf")
    if "docx" in targets:
        write_docx(notebook, targets["docx"], pages=pages)
    if "html" in targets:
        write_html(notebook, targets["html"])
    return list(targets.values())


def make(job: Job) -> Outcome:
    """Execute the notebook and write its documents; a failure is reported, not raised."""
    begin = time.perf_counter()
    outputs: list[Path] = []
    message = ""
    try:
        execute(job.notebook, job.output, job.parameters, bar=None if job.bar is None else (job.bar, job.name))
        outputs.append(job.output)
        outputs += write_documents(job.output, job.formats)
    except FengwuwuError as error:
        message = str(error)
    except Exception as error:  # a fault of ours in one report must not take the other counties down
        message = f"程序出错：{type(error).__name__}：{error}"
    return Outcome(job.name, time.perf_counter() - begin, tuple(outputs), message, job.parameters, job.key)


def make_all(jobs: Sequence[Job], workers: int | None = None, *, cluster: str = "") -> Iterator[Outcome]:
    """Make every report, `workers` at a time, or on the Dask cluster at that address; yields each outcome as it comes.

    All parameters are checked before the first kernel starts.
    """
    for job in jobs:
        check_parameters(job.notebook, job.parameters)
        unknown = set(job.formats) - set(FORMATS)
        if unknown:
            raise ReportError(f"不支持的格式：{'、'.join(sorted(unknown))}。", remedy=f"可用：{'、'.join(FORMATS)}。")
    if not jobs:
        return
    if cluster:
        # bars would be drawn on the terminals of the workers
        yield from run_on_cluster(make, [replace(job, bar=None) for job in jobs], cluster, _lost)
        return
    workers = min(len(jobs), workers or os.cpu_count() or 1)
    if workers <= 1:
        yield from map(make, jobs)
        return
    # spawn everywhere, as on Windows: a forked process would inherit locks of the solver and of Jupyter
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=tqdm.set_lock, initargs=(context.RLock(),)
    ) as pool:
        futures: list[Future[Outcome]] = []
        for job in jobs:
            futures.append(pool.submit(make, job))
            time.sleep(STAGGER_SECONDS)
        for future in as_completed(futures):
            yield future.result()


def _lost(job: Job, reason: str) -> Outcome:
    return Outcome(job.name, 0.0, (), reason, job.parameters, job.key)
