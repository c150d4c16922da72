"""The same reports on a local Dask cluster of two workers; what is wrong with an address is one message."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from fengwuwu.errors import ReportError
from fengwuwu.reporting.batch import Job, make_all

WRITE = """
from fengwuwu.reporting import Report

report = Report(f"{county}材料", notice="")
if county == "wushan":
    raise ValueError("没有数据")
report.heading("概况")
report.paragraph("正文。")
"""


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    parameters = new_code_cell('county = "region"  # 县', metadata={"tags": ["parameters"]})
    made = new_notebook(cells=[parameters, new_code_cell(WRITE)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    template = tmp_path / "template.ipynb"
    nbformat.write(made, template)
    names = ("fengjie", "wushan", "wuxi")
    return [Job(c, template, tmp_path / f"a_{c}.ipynb", {"county": c}, formats=("html",), bar=0) for c in names]


@pytest.mark.slow
def test_two_workers_make_the_reports_and_one_failure_is_named(jobs: list[Job]) -> None:
    from dask.distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        outcomes = {o.name: o for o in make_all(jobs, cluster=cluster.scheduler_address)}
    assert set(outcomes) == {"fengjie", "wushan", "wuxi"}
    assert "没有数据" in outcomes["wushan"].message
    for name in ("fengjie", "wuxi"):
        assert outcomes[name].succeeded, outcomes[name].message
        assert all(path.is_file() for path in outcomes[name].outputs)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense"])
def test_nobody_at_the_address_is_one_chinese_message(
    address: str, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fengwuwu.reporting.cluster.SECONDS_TO_CONNECT", 1)
    with pytest.raises(ReportError, match="连不上 Dask 集群") as caught:
        list(make_all(jobs, cluster=address))
    assert address in str(caught.value)
