"""Somebody at a browser: signed in, counting clicks, with an eye on every page that opens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from reviewflow.wording import translations
from tests.browser.house import PATIENCE, House
from tests.browser.inspection import DESKTOP, HEIGHT, Inspection

MILLISECONDS = PATIENCE * 1000


class Words:
    """The product's words in the story's language: ``words("Launch for %(num)s people", num=2)``."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = translations(language)

    def __call__(self, text: str, **values: Any) -> str:
        found: str = self._catalogue.gettext(text)
        return found % values if values else found

    def many(self, one: str, many: str, count: int, **values: Any) -> str:
        """A text that depends on a number, `num` in it."""
        found: str = self._catalogue.ngettext(one, many, count)
        return found % {"num": count, **values}

    def title(self, titles: Mapping[str, str]) -> str:
        """A title of a definition, which is written in both languages."""
        return titles[self.language]


class Desk:
    """One person's browser. `go` follows what opens a page, `press` what does not; both count as a click."""

    def __init__(
        self, browser: Browser, house: House, words: Words, seen: set[str], *, dark: bool = False
    ) -> None:
        self.house, self.words = house, words
        self.context = browser.new_context(
            base_url=house.address,
            viewport={"width": DESKTOP, "height": HEIGHT},
            locale="zh-CN" if words.language == "zh" else "en-GB",
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        self.context.set_default_timeout(MILLISECONDS)
        self.inspection = Inspection(self.context, house.address, seen)
        self.page: Page = self.context.new_page()
        self.clicks = 0

    # ---- moving about -------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str) -> Desk:
        """Sign in by the form and arrive at the start page."""
        self.open("/sign-in")
        self.page.locator("main input[name=username]").fill(login)
        self.page.locator("main input[name=password]").fill(password)
        self.go(self.page.locator("main form").get_by_role("button", name=self.words("Sign in")))
        return self

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.look()

    def start(self, path: str = "/") -> None:
        """The start page, from which a flow's clicks are counted."""
        self.open(path)
        self.clicks = 0

    def go(self, target: Locator) -> None:
        """Click what opens another page (or this one anew), and look at it."""
        with self.page.expect_navigation(wait_until="load"):
            self._click(target)
        self.look()

    def press(self, target: Locator) -> None:
        """Click what stays on the page."""
        self._click(target)

    def _click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def look(self) -> None:
        """Examine the page as it stands."""
        self.inspection.look(self.page)

    def until_shown(self, target: Locator) -> None:
        """Reload until something is there: a job or the clock does it in its own time."""
        for _ in range(int(PATIENCE)):
            try:
                expect(target).to_be_visible(timeout=1_000)
            except AssertionError:
                self.house.check()
                self.page.reload()
            else:
                return
        raise AssertionError(f"never shown on {self.page.url}: {target}\n{self.house.logs()}")

    def download(self, target: Locator) -> bytes:
        """Click a link to a file and read it."""
        with self.page.expect_download() as started:
            self._click(target)
        return Path(started.value.path()).read_bytes()

    # ---- what is on the page ------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.locator("#content")

    def link(self, text: str, exact: bool = True, **values: Any) -> Locator:
        return self.main.get_by_role("link", name=self.words(text, **values), exact=exact)

    def button(self, text: str, exact: bool = True, **values: Any) -> Locator:
        return self.main.get_by_role("button", name=self.words(text, **values), exact=exact)

    def button_for(self, one: str, many: str, count: int, **values: Any) -> Locator:
        """A button whose text depends on a number."""
        return self.main.get_by_role("button", name=self.words.many(one, many, count, **values), exact=True)

    def to_do(self, word: str, title: str, **values: Any) -> Locator:
        """The button of a row of the inbox, which is called by its word and the row's title."""
        row = self.words(title, **values)
        return self.link("%(word)s: %(title)s", word=self.words(word), title=row)

    def take_up(self, word: str, title: str, **values: Any) -> None:
        """Press the button of a row of the inbox, once it is there: one click."""
        target = self.to_do(word, title, **values)
        self.until_shown(target)
        self.go(target)

    def move(self, title: str) -> None:
        """Press the button of a move, and in the question that may follow once more."""
        button = self.main.get_by_role("button", name=title, exact=True).first
        if button.get_attribute("data-dialog") is None:
            self.go(button)
        else:
            self.press(button)
            self.look()
            self.go(self.dialog.get_by_role("button", name=title, exact=True))

    def submit_task(self) -> None:
        """The two clicks that end a form of fields: Submit, and Submit in the question that follows."""
        self.press(self.button("Submit"))
        expect(self.dialog).to_be_visible()  # at once, or after the draft was saved
        self.look()
        self.go(self.answer("Submit"))

    def entry(self, text: str) -> Locator:
        """An entry of the bar."""
        bar = self.page.get_by_role("navigation", name=self.words("Main")).first
        return bar.get_by_role("link", name=re.compile(re.escape(self.words(text))))

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.locator("dialog[open]")

    def answer(self, text: str, **values: Any) -> Locator:
        """A button of the open dialog."""
        return self.dialog.get_by_role("button", name=self.words(text, **values), exact=True)

    def shows(self, text: str, **values: Any) -> None:
        """The headline is this one."""
        expect(self.main.get_by_role("heading", level=1)).to_have_text(self.words(text, **values))

    def id_in_address(self, pattern: str) -> int:
        """The number in the page's address: ``desk.id_in_address(r"/cycles/(\\d+)")``."""
        found = re.search(pattern, self.page.url)
        assert found, f"{pattern} is not in {self.page.url}"
        return int(found[1])

    @contextmanager
    def counted(self, most: int, flow: str, begin: str = "/") -> Iterator[None]:
        """The block's clicks, from the start page on, are at most `most`."""
        self.start(begin)
        yield
        assert self.clicks <= most, f"{flow} took {self.clicks} clicks, at most {most} are promised"
