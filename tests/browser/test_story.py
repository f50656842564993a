"""From the launch of a cycle to the payroll file, by six people in their browsers, in English and in Chinese."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from reviewflow.store.subjects import Subject
from reviewflow.wording import LANGUAGES
from tests.browser import company, evaluating, exports, feedback, goals, house, importing, launching, paying
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
        self.house.move_to(at(date(2026, 5, 20), 11))
        rep.open(f"/reviews/{review}")
        importing.send(hr, [exports.first_half()])
        importing.sees_what_is_wrong(hr)
        seconds = importing.shows_by_itself(hr, rep)
        print(f"figures followed the import after {seconds:.1f} s")
        importing.sees_the_rows(rep)
        refused = importing.refused_lines(hr)
        self.house.move_to(at(date(2026, 6, 30), 18))
        importing.send(hr, [*exports.second_half(), ("orders_mended.csv", exports.mended(refused))])
        hr.go(hr.button("Import"))
        expect(importing.sales_figure(rep)).to_have_text(importing.WHOLE[self.words.language])
        self.house.move_to(at(date(2026, 7, 1)))
        self.reaches(review, "data_collection")
        evaluating.enter_missing(hr, self.cast.lin)
        self.house.move_to(at(date(2026, 7, 9)))
        self.reaches(review, "evaluation")
        evaluating.review_oneself(rep)
        evaluating.review_as_manager(manager, self.cast.lin)
        self.reaches(review, "release")
        feedback.release(hr, self.cast.lin)
        pdf, path = feedback.acknowledge(rep)
        feedback.is_the_letter_of(pdf, self.cast.lin, path)
        feedback.anybody_verifies(self.chromium, self.house, self.words, path)
        director, finance = self.desk("deng"), self.desk("fang")
        paying.approve_all(director, 2)
        paying.approve_all(finance, 1)
        total = paying.pay(finance, 2)
        paying.sees_the_money(rep, total)
        paying.rates_the_review(rep)
        problems = [line for desk in self.desks.values() for line in desk.inspection.problems]
        assert not problems, "\n".join(problems)

    def reaches(self, review: int, stage: str) -> None:
        """Wait until the clock has moved the review on."""
        self.house.until(
            lambda session: session.get_one(Subject, review).stage == stage, f"the stage {stage}"
        )
