"""From the launch of a cycle to the payroll file, by six people in their browsers, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from reviewflow.wording import LANGUAGES
from tests.browser import company, goals, house, launching
from tests.browser.company import PASSWORD, Cast, at
from tests.browser.desk import Desk, Words
from tests.browser.house import House


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_launch_to_payroll(chromium: Browser, tmp_path: Path, language: str) -> None:
    built = house.build(tmp_path)
    cast = company.settle(built, language, date(2026, 4, 1))
    with house.opened(built):
        Story(chromium, built, cast, Words(language)).tell()


class Story:
    """Who sits at which browser, and what they do, in order."""

    def __init__(self, chromium: Browser, built: House, cast: Cast, words: Words) -> None:
        self.chromium, self.house, self.cast, self.words = chromium, built, cast, words
        self.desks: dict[str, Desk] = {}

    def desk(self, login: str) -> Desk:
        if login not in self.desks:
            made = Desk(self.chromium, self.house, self.words, dark=login == "wang")
            self.desks[login] = made.sign_in(login, PASSWORD)
        return self.desks[login]

    def tell(self) -> None:
        hr, manager, rep = self.desk("hu"), self.desk("wang"), self.desk("lin")
        cycle = launching.launch(hr, people=2)
        goals.propose(manager, self.cast.lin)
        review = goals.agree(rep)
        problems = [line for desk in self.desks.values() for line in desk.inspection.problems]
        assert not problems, "\n".join(problems)
