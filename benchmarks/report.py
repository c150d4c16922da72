"""Time of all four applications in four formats: in parallel, one after another, and again with nothing changed.

``python benchmarks/report.py LIBRARY PLAN [--workers N]``; prints a table and the shares the project aims at. The two
ways are run in turn in one process, so that they share the state of the machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from fengwuwu import applications
from fengwuwu.projects.library import Library
from fengwuwu.reporting.batch import FORMATS, write_documents


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Library.open(options.library, create=False) as library:
        folder = Path(name)

        def batch(sub: str, workers: int) -> float:
            begin = time.perf_counter()
            outcomes, _ = applications.make_reports(library, options.plan, folder / sub, workers=workers)
            applications.raise_failures(outcomes)
            return time.perf_counter() - begin

        parallel = batch("parallel", options.workers)
        sequential = batch("sequential", 1)
        again = batch("parallel", options.workers)
        begin = time.perf_counter()
        for area in applications.AREAS:
            write_documents(folder / "sequential" / f"application_{area}.ipynb", FORMATS)
        writers = time.perf_counter() - begin
    notebooks = sequential - writers
    rows = (
        (f"four sets, {options.workers} at a time", parallel, f"{parallel / sequential:.2f} of sequential, aim 0.6"),
        ("four sets, one after another", sequential, ""),
        ("  of which notebooks", notebooks, ""),
        ("  of which writers", writers, f"{writers / notebooks:.2f} of the notebooks, aim 0.25"),
        ("again, nothing changed", again, "aim below 1 s"),
    )
    for label, seconds, remark in rows:
        print(f"{label:32}{seconds:8.2f} s  {remark}".rstrip())


if __name__ == "__main__":
    main()
