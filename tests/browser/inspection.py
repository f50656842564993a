"""What every page must hold, whoever opens it: nothing from elsewhere, no error, no barrier, no sideways scroll."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

DESKTOP, PHONE = 1440, 360
HEIGHT = 900
_EXAMINE = Path(__file__).with_name("examine.js").read_text(encoding="utf-8")
_GRAVE = ("serious", "critical")
_ABORTED = "net::ERR_ABORTED"
"""A request that the next page made superfluous."""
_TELL = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));"""


class Inspection:
    """Watches a browser context and notes what is wrong; `look` examines the page that is open.

    `seen` is what was examined before in the same story: kinds of parts, by theme.
    """

    def __init__(self, context: BrowserContext, address: str, seen: set[str]) -> None:
        self.problems: list[str] = []
        self._seen = seen
        self._host = urlsplit(address).netloc
        self._expected: list[int] = []
        context.add_init_script(_TELL)
        context.on("request", self._requested)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(f"error: {error.error}"))

    def look(self, page: Page) -> None:
        """Accessibility and sideways scroll of what is on the screen, on a desktop and on a phone."""
        page.evaluate(_EXAMINE)
        for width in (PHONE, DESKTOP):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            self._overflows(page, width)
        self._barriers(page)

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        """Inside the block one page may answer with this status; it must."""
        self._expected.append(status)
        yield
        assert status not in self._expected, f"nothing answered {status}"

    def _overflows(self, page: Page, width: int) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found = page.evaluate("(width) => examination.widest(width)", width)
            self.problems.append(f"{page.url}: {wide} px wide at {width} px: {found}")

    def _barriers(self, page: Page) -> None:
        """What stands in the way of people. A page of which every part was examined before is passed over."""
        new = set(page.evaluate("examination.kinds()")) - self._seen
        if not new:
            return
        self._seen |= new
        page.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = page.evaluate("(kinds) => examination.examine(kinds)", sorted(new))
        for one in found:
            if one["impact"] in _GRAVE:
                places = "; ".join(node["html"][:200] for node in one["nodes"][:3])
                self.problems.append(f"{page.url}: {one['id']} ({one['impact']}): {places}")

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self._host:
            self.problems.append(f"request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != _ABORTED:
            self.problems.append(f"request failed: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            if response.status in self._expected:
                self._expected.remove(response.status)
            else:
                self.problems.append(f"{response.status}: {response.request.method} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # The browser's own line about a status is noted by `_answered`, which knows what was expected.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console {message.type}: {message.text} ({message.location['url']})")
