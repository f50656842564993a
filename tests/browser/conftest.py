"""A Chromium for the story. Without one it is skipped with a clear line; the continuous checks never skip it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.house import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")
USUAL_MILLISECONDS = 5_000
"""How long Playwright's own `expect` waits, for the tests after the story."""
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, headless."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        line = "no Chromium on this machine (apt-get install chromium): the browser story is not told"
        if os.environ.get("CI") == "true":
            pytest.fail(line)
        pytest.skip(line)
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()
    expect.set_options(timeout=USUAL_MILLISECONDS)
