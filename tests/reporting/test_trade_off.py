"""The trade-off curve as a figure and as a control of the web page."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot as plt

from fengwuwu.reporting import figures
from fengwuwu.reporting.figures.trade_off import share_digits
from fengwuwu.reporting.html.writer import render_html
from fengwuwu.reporting.pdf import render_pdf
from fengwuwu.reporting.word.writer import render_docx

CONTROL = Path(__file__).resolve().parents[1] / "system" / "trade_off_report.py"
POINTS = pd.DataFrame({
    "point": [1, 2, 3, 4],
    "climate_share": [0.0752, 0.0754, 0.0757, None],
    "emission_reduction_t": [420e4, 418e4, 390e4, None],
    "proven": [True, False, True, False],
    "knee": [False, True, False, False],
    "current": [True, False, False, False],
})


def test_the_figure_tells_proven_from_unproven_and_marks_the_plan() -> None:
    figure = figures.trade_off(POINTS, notice="示例")
    axes = figure.axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["已证明为有效点", "未证明（时限内最好）", "建议讨论的点", "本方案"]
    sure, unsure, knee, current = axes.collections[:4]
    assert len(sure.get_offsets()) == 2
    assert unsure.get_offsets().tolist() == [[pytest.approx(7.54), pytest.approx(418)]]
    assert knee.get_offsets()[0][0] == pytest.approx(7.54)
    assert current.get_offsets()[0][0] == pytest.approx(7.52)
    plt.close(figure)


@pytest.mark.parametrize(
    ("shares", "digits"), [([0.1, 0.2], 2), ([0.07525, 0.07526], 3), ([0.0752501, 0.0752502], 5), ([0.1], 2), ([], 2)]
)
def test_shares_get_the_decimals_that_tell_them_apart(shares: list[float], digits: int) -> None:
    assert share_digits(pd.Series(shares, dtype=float)) == digits


def test_the_page_carries_the_control_and_paper_the_picture(tmp_path: Path) -> None:
    document = runpy.run_path(str(CONTROL))["control"]().document()
    render_html(document, tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text.count('name="figure_curve_point"') == 2
    data = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert [point["chosen"] for point in data["choices"]["figure_curve"]["points"]] == [["A"], ["A", "B"]]
    assert data["maps"]["figure_curve"]["choice"]
    render_docx(document, tmp_path / "a.docx")
    render_pdf(document, tmp_path / "a.pdf", system_fonts=False)
