"""A real Chromium over the cast's application."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests import headless
from tests.web.browser import PASSWORD

MARKS = [
    pytest.mark.sqlite,
    pytest.mark.skipif(headless.PROGRAM is None, reason=headless.ABSENT),
]
Open = Callable[[str], Page]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with headless.opened() as browser:
        yield browser


def _is_fault(message: ConsoleMessage) -> bool:
    """Statuses are what the tests provoke; everything else that is an error is a fault."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")


@pytest.fixture
def signed_in(chromium: Browser, address: str) -> Iterator[Open]:
    """``signed_in("lin")``: her page, in English. Whatever the browser complains about fails the test."""
    pages: list[Page] = []
    said: list[str] = []

    def make(login: str) -> Page:
        page = chromium.new_page(base_url=address)
        pages.append(page)
        page.on("console", lambda message: said.append(message.text) if _is_fault(message) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/sign-in")
        page.fill("#username", login)
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "sign-in" not in url)
        if page.locator("html").get_attribute("lang") != "en":
            page.locator("button[name=language]:visible").first.click()
        return page

    yield make
    for page in pages:
        page.close()
    assert said == []
