"""Any sequence of imports, decisions and resolves keeps every version and replays to the current state."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fengwuwu.errors import FengwuwuError
from fengwuwu.projects.library import Library
from fengwuwu.projects.result import ImportResult

HEAD = ["项目编号", "项目名称", "申报单位", "所在县", "乡镇", "总投资（万元）"]
IDS = ["FJ-1", "FJ-2", "FJ-02"]
# Few words, so that rows often mean the same project, nearly the same, or another phase or place.
ROWS = st.tuples(
    st.sampled_from([None, None, *IDS]),
    st.sampled_from([
        "污水处理厂提标改造",
        "污水处理厂扩容改造",
        "污水处理厂提标改造工程",
        "屋顶光伏一期",
        "屋顶光伏二期",
        None,
    ]),
    st.sampled_from([None, "奉节水务公司", "奉节县水务有限公司", "国能公司"]),
    st.sampled_from(["奉节县", "奉节县", "巫溪县", None]),
    st.sampled_from([None, "草堂镇", "白帝镇"]),
    st.sampled_from([None, 100, 200, "约300", -1]),
)
FORMS = st.lists(ROWS, min_size=1, max_size=4)


class Offices(RuleBasedStateMachine):
    """What several people may do to one library, in any order."""

    def __init__(self, new_location: Callable[[], Path | str]) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.library = Library.open(new_location())
        self.states: dict[int, gpd.GeoDataFrame] = {0: self.library.projects()}
        self.form: Path | None = None

    def teardown(self) -> None:
        """Every state there was is still there, to the last cell."""
        for version, state in self.states.items():
            pd.testing.assert_frame_equal(self.library.projects(as_of=version), state)
        assert self.library.version == max(self.states)
        self.folder.cleanup()

    def _import(self, path: Path) -> ImportResult:
        result = self.library.import_file(path, output=self.folder.name)
        note(f"{result.summary()} {self.library.projects()['project_id'].tolist()}")
        counts = [result.accepted, result.updated, result.unchanged, result.pending, result.rejected]
        assert sum(counts) == result.rows_read == len(result.rows)
        return result

    @rule(rows=FORMS)
    def import_a_form(self, rows: list[tuple[object, ...]]) -> None:
        """A form comes in; brought again, it changes nothing."""
        self.form = Path(self.folder.name) / f"form{len(self.states)}.csv"
        with self.form.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([HEAD, *rows])
        known, waiting = len(self.library.projects()), len(self.library.pending())
        first = self._import(self.form)
        assert len(self.library.projects()) == known + first.accepted
        assert waiting <= len(self.library.pending()) <= waiting + first.pending
        self._keep()
        # A row refused as a second one of a project may be another's once the first has renamed that project.
        if not first.rejected:
            again = self._import(self.form)
            assert (again.unchanged, again.pending) == (first.rows_read - first.pending, first.pending)
            assert again.version == first.version

    @precondition(lambda self: self.form is not None)
    @rule()
    def import_the_last_form_again(self) -> None:
        """Whatever happened since: it is a form like any other."""
        assert self.form is not None
        self._import(self.form)
        self._keep()

    @rule(ident=st.sampled_from(IDS), status=st.sampled_from(["admitted", "returned"]))
    def decide(self, ident: str, status: str) -> None:
        """A decision on a project, which may not exist."""
        self._try(lambda: self.library.decide(ident, status, "会议"))

    @rule(ident=st.sampled_from(IDS))
    def withdraw(self, ident: str) -> None:
        """A decision is taken back, where there is one."""
        self._try(lambda: self.library.withdraw(ident, "有误"))

    @precondition(lambda self: len(self.library.pending()))
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        """A row that waits is a known project or a new one; it does not wait twice."""
        entry = data.draw(st.sampled_from(self.library.pending()["entry"].tolist()))
        ident = data.draw(st.sampled_from([None, *self.library.projects()["project_id"]]))
        if self._try(lambda: self.library.resolve(entry, ident, new=ident is None)):
            assert entry not in self.library.pending()["entry"].tolist()
            with pytest.raises(FengwuwuError, match="已由"):
                self.library.resolve(entry, new=True)

    def _try(self, action: Callable[[], object]) -> bool:
        """Whether it was done; what was not done left no trace."""
        before = self.library.fingerprint
        try:
            action()
        except FengwuwuError as error:
            note(str(error))
            assert self.library.fingerprint == before
            return False
        self._keep()
        assert self.library.fingerprint != before
        return True

    def _keep(self) -> None:
        self.states[self.library.version] = self.library.projects()

    @invariant()
    def sound(self) -> None:
        """Chain unbroken, layer equal to the replayed history, no number given twice."""
        assert self.library.check() == []
        assert self.library.projects()["project_id"].is_unique


@pytest.mark.slow
def test_any_sequence(new_location: Callable[[], Path | str], request: pytest.FixtureRequest) -> None:
    examples = 3 if request.config.getoption("--postgis") else 10
    run_state_machine_as_test(
        lambda: Offices(new_location),
        settings=settings(
            max_examples=examples, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
