"""A batch that was stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fengwuwu import applications
from fengwuwu.projects.library import Library
from fengwuwu.reporting import batch

from .application_notebook import make, project


class Stopped(Exception):
    """The machine went off."""


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, Path]:
    """A library with one project, and a plan."""
    make(tmp_path, [project(1)], "fengjie")
    return tmp_path / "library.gpkg", tmp_path / "plan.json"


def writes(monkeypatch: pytest.MonkeyPatch, *, stop_after: int) -> list[str]:
    """Replace the making of reports; the names of those made. The batch dies before it makes one more."""
    made: list[str] = []

    def make_all(jobs: Sequence[batch.Job], *_: Any, **__: Any) -> Iterator[batch.Outcome]:
        for job in jobs:
            if len(made) == stop_after:
                raise Stopped
            job.output.write_text(f"{job.name}\n", encoding="utf-8")
            made.append(job.name)
            yield batch.Outcome(job.name, 1.0, (job.output,), parameters=job.parameters, key=job.key)

    monkeypatch.setattr(batch, "make_all", make_all)
    return made


def test_only_what_was_not_finished_is_made(inputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    place, plan = inputs
    folder = place.parent / "out"
    with Library.open(place, create=False) as library:
        first = writes(monkeypatch, stop_after=2)
        with pytest.raises(Stopped):
            applications.make_reports(library, plan, folder)
        assert len(first) == 2
        rest = writes(monkeypatch, stop_after=9)
        outcomes, _ = applications.make_reports(library, plan, folder)
        assert len(outcomes) == 4 and sorted(first + rest) == sorted(outcome.name for outcome in outcomes)
        nothing = writes(monkeypatch, stop_after=0)
        applications.make_reports(library, plan, folder)
        assert nothing == []


def test_an_analysis_that_comes_later_renews_them(inputs: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    place, plan = inputs
    with Library.open(place, create=False) as library:
        writes(monkeypatch, stop_after=9)
        applications.make_reports(library, plan, place.parent / "out")
        (place.parent / "robustness.json").write_text("{}", encoding="utf-8")
        again = writes(monkeypatch, stop_after=9)
        applications.make_reports(library, plan, place.parent / "out")
        assert len(again) == 4
