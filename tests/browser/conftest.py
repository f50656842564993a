"""A Chromium for the story. Without one it is skipped with a clear line; the continuous checks never skip it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import headless
from tests.browser.house import PATIENCE

USUAL_MILLISECONDS = 5_000
"""How long Playwright's own `expect` waits, for the tests after the story."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, headless."""
    if headless.PROGRAM is None:
        line = f"{headless.ABSENT}: the browser story is not told"
        if os.environ.get("CI") == "true":
            pytest.fail(line)
        pytest.skip(line)
    expect.set_options(timeout=PATIENCE * 1000)
    with headless.opened() as browser:
        yield browser
    expect.set_options(timeout=USUAL_MILLISECONDS)
