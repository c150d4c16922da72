"""The trade-off curve in the web page, used by mouse and by keys in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fengwuwu.reporting.html.writer import render_html

from .trade_off_report import control

pytestmark = pytest.mark.system


def test_picking_a_point_shows_its_plan(tmp_path: Path, check_page: Callable) -> None:
    render_html(control().document(), tmp_path / "a.html")

    def use(tab: Page) -> None:
        choice = tab.locator(".choice")
        map_ = tab.locator("[data-map]")

        def state() -> tuple[str | None, str, int, int]:
            """Point picked, totals, rows of the table, funded points of the map."""
            blue = map_.locator("path[fill='#0072B2']").count()
            return (
                choice.get_attribute("data-picked"),
                choice.locator(".totals").inner_text(),
                tab.locator(".chosen tbody tr").count(),
                blue,
            )

        assert state() == ("0", "支持项目\n1 个", 1, 1)
        choice.locator("circle[data-point='1']").click()
        assert state() == ("1", "支持项目\n2 个", 2, 2)
        assert choice.locator("circle.picked").get_attribute("data-point") == "1"
        # the click leaves the focus on the radio button, where keys go on
        tab.keyboard.press("ArrowUp")
        assert state() == ("0", "支持项目\n1 个", 1, 1)
        tab.keyboard.press("ArrowDown")
        assert state()[0] == "1"

    check_page(tmp_path / "a.html", has_map=False, use=use)
