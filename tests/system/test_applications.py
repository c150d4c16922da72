"""The four applications of the shipped data as users get them: Word in LibreOffice, web pages in Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fengwuwu import region
from fengwuwu.applications import AREAS, make_reports, raise_failures
from fengwuwu.projects.library import Library
from fengwuwu.vocabulary import ILLUSTRATIVE_NOTICE

pytestmark = pytest.mark.system
ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "tests" / "golden" / "work"


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the four applications, written from the shipped library and plan."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "golden.py"), "prepare"], check=True)
    folder = tmp_path_factory.mktemp("申报 材料")
    outcomes, _ = make_reports(Library.open(WORK / "library.gpkg"), WORK / "plan.json", folder)
    raise_failures(outcomes)
    return folder


@pytest.mark.parametrize("key", AREAS)
def test_word_file(applications: Path, key: str, check_word: Callable) -> None:
    pdf = check_word(applications / f"application_{key}.docx")
    texts = [re.sub(r"\s", "", page.extract_text()) for page in pdf.pages]
    assert all(ILLUSTRATIVE_NOTICE in text for text in texts)
    whole = "".join(texts)
    for chapter in ("试点基础", "重点任务", "项目库与重点项目", "投融资方案", "风险防控", "保障措施与进度"):
        assert chapter in whole
    assert "偿债覆盖未检验（假设）" in whole
    assert "假设情景" in whole
    assert "nan" not in whole.lower() and "None" not in whole


@pytest.mark.parametrize("key", AREAS)
def test_web_page(applications: Path, key: str, check_page: Callable) -> None:
    def use(tab: Page) -> None:
        assert region.area(key).name in tab.locator("h1").inner_text()
        assert "nan" not in tab.locator("body").inner_text().lower()

    check_page(applications / f"application_{key}.html", use=use)
