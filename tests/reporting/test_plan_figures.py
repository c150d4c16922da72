"""The cost curve and the flow of money show the amounts given, in order, and say what is not drawn."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from fengwuwu.errors import ReportError
from fengwuwu.reporting import figures, page

NOTICE = "示例数据，不得作为申报依据"


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


def words(figure: Figure) -> str:
    """Draw (a missing glyph is a warning, and warnings are errors) and return all text of the figure."""
    figure.savefig(io.BytesIO(), dpi=60)
    assert figure.get_size_inches()[0] * 25.4 <= page.FIGURE_MAX_WIDTH_MM + 0.1
    return "\n".join(text.get_text() for text in figure.findobj(plt.Text))


def projects() -> pd.DataFrame:
    return pd.DataFrame({
        "abatement_cost_yuan_per_t": [300.0, 100.0, None, 200.0],
        "emission_reduction_t_per_year": [20_000.0, 10_000.0, 5_000.0, 30_000.0],
        "class_label": ["可再生能源", "可再生能源", "生态建设", "生态建设"],
        "funded": [False, True, True, True],
    })


class TestAbatementCostCurve:
    """Width is tonnes, height is cost, cheapest first."""

    def test_bars(self) -> None:
        figure = figures.abatement_cost_curve(projects(), chosen="funded", notice=NOTICE)
        bars = sorted((bar.get_x(), bar.get_width(), bar.get_height()) for c in figure.axes[0].containers for bar in c)
        assert bars == [(0.0, 1.0, 100.0), (1.0, 3.0, 200.0), (4.0, 2.0, 300.0)]
        text = words(figure)
        assert "另有 1 个项目资料不足或不计减排，未画出" in text
        assert "浅色：未获支持" in text
        assert NOTICE in text

    def test_unfunded_ones_are_pale(self) -> None:
        figure = figures.abatement_cost_curve(projects(), chosen="funded")
        alphas = {bar.get_height(): bar.get_alpha() for c in figure.axes[0].containers for bar in c}
        assert alphas == {100.0: 1.0, 200.0: 1.0, 300.0: 0.3}

    def test_a_very_dear_one_runs_out_at_the_top_and_is_written_there(self) -> None:
        frame = projects().assign(abatement_cost_yuan_per_t=[100.0, 150.0, 90_000.0, 200.0])
        frame["emission_reduction_t_per_year"] = [20_000.0, 10_000.0, 50.0, 30_000.0]
        figure = figures.abatement_cost_curve(frame)
        assert figure.axes[0].get_ylim()[1] < 1000
        assert "超出坐标轴：90,000" in words(figure)

    def test_nothing_to_draw(self) -> None:
        assert figures.NO_DATA in words(figures.abatement_cost_curve(projects().iloc[2:3]))
        with pytest.raises(ReportError, match="abatement_cost_yuan_per_t"):
            figures.abatement_cost_curve(projects().drop(columns="abatement_cost_yuan_per_t"))


MONEY = pd.DataFrame({
    "source": ["绿色贷款", "绿色贷款", "专项债券"],
    "kind": ["可再生能源", "生态建设", "生态建设"],
    "place": ["奉节县", "巫溪县", "跨县"],
    "amount_wan_yuan": [30_000.0, 10_000.0, 60_000.0],
})
STAGES = ("source", "kind", "place")


class TestFinancingFlow:
    """Bands keep their money from end to end."""

    def test_nodes_are_as_high_as_their_money(self) -> None:
        figure = figures.financing_flow(MONEY, stages=STAGES, notice=NOTICE)
        nodes = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
        first = sorted(node.get_height() for node in nodes if node.get_x() == 0)
        assert first[1] / first[0] == pytest.approx(6 / 4)
        text = words(figure)
        for label in ("专项债券　6.00 亿元", "绿色贷款　4.00 亿元", "生态建设　7.00 亿元", "跨县　6.00 亿元", NOTICE):
            assert label in text

    def test_bands_fill_their_nodes(self) -> None:
        axes = figures.financing_flow(MONEY, stages=STAGES).axes[0]
        bands = [patch.get_path().vertices for patch in axes.patches if isinstance(patch, PathPatch)]
        assert len(bands) == 6  # three from source to kind, three from kind to place
        nodes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        for column in (0, 1):
            height = sum(node.get_height() for node in nodes if node.get_x() == column)
            leaving = sum(band[7][1] - band[0][1] for band in bands if round(band[0][0]) == column)
            assert leaving == pytest.approx(height)

    def test_nothing_to_draw(self) -> None:
        assert figures.NO_DATA in words(figures.financing_flow(MONEY.iloc[:0], stages=STAGES))


class TestTornado:
    """Bars start at the plan; what has no bar is said in words."""

    FRAME = pd.DataFrame({
        "label": ["年减排量（假设）", "总投资（假设）", "年收入（假设）"],
        "low_best_t": [80_000.0, 110_000.0, 100_000.0],
        "high_best_t": [130_000.0, float("nan"), 100_000.0],
    })

    def test_bars_run_from_the_plan(self) -> None:
        figure = figures.tornado(self.FRAME, 100_000.0, notice=NOTICE)
        axes = figure.axes[0]
        bars = [(bar.get_x(), bar.get_width()) for group in axes.containers for bar in group]
        assert bars == [pytest.approx(bar) for bar in ((10, -2), (10, 3), (10, 1), (10, 0), (10, 0))]
        text = words(figure)
        for part in ("8.0", "13.0", "11.0", "取高值：无可行方案", "没有影响", "本方案 10.0", "万tCO₂e", NOTICE):
            assert part in text
        assert [label.get_text() for label in axes.get_yticklabels()] == self.FRAME["label"].tolist()

    def test_nothing_to_draw(self) -> None:
        assert figures.NO_DATA in words(figures.tornado(self.FRAME.iloc[:0], 1.0))


class TestChangesCurve:
    """Points in the unit of the goal; unproven ones are hollow."""

    FRAME = pd.DataFrame({
        "max_changes": [0, 1, 2],
        "objective": [10_000.0, 30_000.0, float("nan")],
        "proven": [True, False, False],
    })

    @pytest.mark.parametrize(("tonnes", "unit", "heights"), [(True, "万tCO₂e", [1, 3]), (False, "%", [1e6, 3e6])])
    def test_points(self, tonnes: bool, unit: str, heights: list[float]) -> None:
        figure = figures.changes_curve(self.FRAME, tonnes=tonnes, suggested=1, notice=NOTICE)
        line = figure.axes[0].lines[0].get_xydata()
        assert line.tolist() == [[0, heights[0]], [1, heights[1]]]
        text = words(figure)
        for part in (unit, "已证明", "未证明（时限内最好）", "建议讨论的点", NOTICE):
            assert part in text

    def test_nothing_to_draw(self) -> None:
        assert figures.NO_DATA in words(figures.changes_curve(self.FRAME.iloc[2:], tonnes=True))
