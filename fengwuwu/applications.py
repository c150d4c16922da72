"""The pilot applications of the counties and the region: which are made anew, and the manifest of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fengwuwu import layer_registry, paths, region
from fengwuwu.errors import InputError, ReportError
from fengwuwu.optimize import studies
from fengwuwu.optimize.robust import beside as robustness_beside
from fengwuwu.projects import location
from fengwuwu.projects.library import Library
from fengwuwu.reporting import batch, freshness, manifest
from fengwuwu.saying import Say, silent

APPLICATION = paths.NOTEBOOKS / "04_pilot_application.ipynb"
AREAS = ("fengjie", "wushan", "wuxi", "region")


def make_reports(
    library: Library,
    plan: Path,
    folder: Path,
    *,
    areas: Sequence[str] = AREAS,
    formats: tuple[str, ...] = batch.FORMATS,
    workers: int | None = None,
    cluster: str = "",
    as_of: str = "",
    say: Say = silent,
) -> tuple[tuple[batch.Outcome, ...], Path]:
    """Write the pilot application of each area; the others go on when one fails.

    A report whose inputs are unchanged and whose files nobody touched is left as it is. The manifest is written after
    each report, so that a batch that was stopped goes on where it was.

    Parameters
    ----------
    workers : int, optional
        Reports made at a time on this machine; by default as many as it has processors.
    cluster : str
        Address of a Dask scheduler whose workers see the same files; they make the reports then.
    """
    if not plan.is_file():
        raise InputError("找不到方案文件。", where=str(plan), remedy="请检查路径，或先运行 fengwuwu run。")
    folder.mkdir(parents=True, exist_ok=True)
    state, address = library.fingerprint, location.absolute(library.location)
    layers = layer_registry.fingerprint(location.register(library.location))
    beside = [path for path in (studies.beside(plan), robustness_beside.path(plan)) if path.is_file()]
    entries = manifest.read(folder)
    jobs: list[batch.Job] = []
    outcomes: list[batch.Outcome] = []
    # The region's report takes longest: begun last it would run alone at the end.
    for area in sorted(areas, key=lambda area: area != "region"):
        inputs = {"county": area, "as_of": as_of, "library": state, "plan": manifest.sha256(plan), "layers": layers}
        inputs |= {path.name: manifest.sha256(path) for path in beside}
        job = batch.Job(
            name=region.area(area).name,
            notebook=APPLICATION,
            output=folder / f"application_{area}.ipynb",
            # absolute, since the kernel works in the notebook's folder
            parameters={"county": area, "library": address, "plan": str(plan.resolve()), "as_of": as_of},
            formats=formats,
            key=freshness.key(APPLICATION, inputs, formats),
            bar=None if say is silent else len(jobs),
        )
        entry = entries.get(job.name)
        if entry is not None and freshness.is_current(entry, job.key, folder):
            files = tuple(folder / str(output["file"]) for output in entry["outputs"])
            outcomes.append(batch.Outcome(job.name, 0.0, files, parameters=job.parameters, key=job.key))
            say(f"  {job.name}：内容未变，沿用已有文件")
        else:
            jobs.append(job)

    def note() -> Path:
        return manifest.write(
            folder,
            inputs=[
                {"library": library.database.name, "version": library.version, "history": state},
                manifest.file_entry(plan),
                *(manifest.file_entry(path) for path in beside),
                manifest.file_entry(APPLICATION),
            ],
            reports=entries.values(),
            parameters={"as_of": as_of},
        )

    for outcome in batch.make_all(jobs, workers, cluster=cluster):
        outcomes.append(outcome)
        entries[outcome.name] = outcome.as_dict()
        note()
        result = "完成" if outcome.succeeded else f"失败，{outcome.message}"
        say(f"  {outcome.name}：{result}（{outcome.seconds:.0f} 秒）")
    order = [region.area(area).name for area in areas]
    return tuple(sorted(outcomes, key=lambda outcome: order.index(outcome.name))), note()


def raise_failures(outcomes: Sequence[batch.Outcome]) -> None:
    """One error naming every report that failed; nothing when all succeeded."""
    failed = [outcome for outcome in outcomes if not outcome.succeeded]
    if failed:
        lines = "；".join(f"{outcome.name}：{outcome.message}" for outcome in failed)
        raise ReportError(f"{len(failed)} 份报告没有完成：{lines}")
