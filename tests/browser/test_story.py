"""From the launch of a cycle to the payroll file, by six people in their browsers, in English and in Chinese."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from reviewflow.store.subjects import Subject
from reviewflow.wording import LANGUAGES
from tests.browser import (
    company,
    evaluating,
    exports,
    feedback,
    goals,
    house,
    importing,
    launching,
    paying,
    touring,
)
from tests.browser.company import PASSWORD, Cast, at
from tests.browser.desk import Desk, Words
from tests.browser.house import House


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_launch_to_payroll(chromium: Browser, tmp_path: Path, language: str) -> None:
    built = house.build(tmp_path)
    cast = company.settle(built, language, date(2026, 4, 1))
    with house.opened(built):
        story = Story(chromium, built, cast, Words(language))
        try:
            story.tell()
        except Exception:  # whatever went wrong: where everybody stands is told, and the fault goes on
            story.show(tmp_path)
            raise
        finally:
            story.end()


class Story:
    """Who sits at which browser, and what they do, in order. Days are of 2026."""

    def __init__(self, chromium: Browser, built: House, cast: Cast, words: Words) -> None:
        self.chromium, self.house, self.cast, self.words = chromium, built, cast, words
        self.seen: set[str] = set()
        self.desks: list[Desk] = []
        self.hr, self.rep = self.desk("hu"), self.desk("lin")
        self.manager = self.desk("wang", dark=True)

    def tell(self) -> None:
        self.targets()
        self.tracking()
        self.data_collection()
        self.evaluation()
        self.result()
        self.reward()
        self.strangers()
        problems = {line: None for desk in self.desks for line in desk.inspection.problems}
        assert not problems, "\n".join(problems)

    def targets(self) -> None:
        """1 April: a cycle for the sales unit; Lin's targets are proposed and agreed."""
        launching.launch(self.hr, people=2)
        goals.propose(self.manager, self.cast.lin)
        self.review = goals.agree(self.rep)

    def tracking(self) -> None:
        """20 May: an import shows on the open page. 30 June: its bad line comes again, mended, with the rest."""
        self.house.move_to(at(date(2026, 5, 20), 11))
        self.rep.open(f"/reviews/{self.review}")
        importing.send(self.hr, [exports.first_half()])
        importing.sees_what_is_wrong(self.hr)
        seconds = importing.shows_by_itself(self.hr, self.rep)
        print(f"\n{self.words.language}: the figure followed the import after {seconds:.1f} s")
        importing.sees_the_rows(self.rep)
        refused = importing.refused_lines(self.hr)
        launching.remind_the_late(self.hr, late=1)
        self.house.move_to(at(date(2026, 6, 30), 18))
        importing.send(self.hr, [*exports.second_half(), ("orders_mended.csv", exports.mended(refused))])
        self.hr.go(self.hr.button("Import"))
        expect(importing.sales_figure(self.rep)).to_have_text(importing.WHOLE[self.words.language])

    def data_collection(self) -> None:
        """1 July: what cannot be computed is entered by hand or left out; the clock freezes it on 9 July."""
        self.house.move_to(at(date(2026, 7, 1)))
        evaluating.enter_missing(self.hr, self.cast.lin)
        self.house.move_to(at(date(2026, 7, 9)))
        self.until_in("evaluation")

    def evaluation(self) -> None:
        """Both write, each without seeing the other; then the result waits for its release."""
        evaluating.review_oneself(self.rep)
        evaluating.review_as_manager(self.manager, self.cast.lin)
        feedback.release(self.hr, self.cast.lin)

    def result(self) -> None:
        """The letter: read, acknowledged, and found genuine by somebody who is not signed in."""
        pdf, path = feedback.acknowledge(self.rep)
        feedback.is_the_letter_of(pdf, self.cast.lin, self.house.address + path)
        feedback.verifies(self.seat(), path)

    def reward(self) -> None:
        """Two awards: the director signs both, finance the one above the limit; one file pays them."""
        director, finance = self.desk("deng"), self.desk("fang")
        paying.approve_all(director, 2)
        paying.approve_all(finance, 1)
        total = paying.pay(finance, 2)
        paying.sees_the_money(self.rep, total)
        paying.rates_the_review(self.rep)

    def strangers(self) -> None:
        """Everybody's other pages; and to a stranger, the review does not exist."""
        stranger = self.desk("zhao")
        touring.is_locked_out(stranger, f"/reviews/{self.review}", f"/reviews/{self.review}/letter")
        touring.tour(self.hr, f"/find?q={self.cast.lin}", "/settings", "/help")
        touring.tour(self.manager, "/settings", "/help")
        for desk in self.desks:
            if desk not in (self.hr, self.manager):
                touring.tour(desk)

    def seat(self, *, dark: bool = False) -> Desk:
        """One more browser, in which nobody is signed in."""
        self.desks.append(Desk(self.chromium, self.house, self.words, self.seen, dark=dark))
        return self.desks[-1]

    def desk(self, login: str, *, dark: bool = False) -> Desk:
        """One more browser, and who sits there."""
        return self.seat(dark=dark).sign_in(login, PASSWORD)

    def show(self, folder: Path) -> None:
        """For a failed test: where everybody stands, what was noted, a picture of each page."""
        for number, desk in enumerate(self.desks):
            print(number, desk.page.url, *desk.inspection.problems, sep="\n  ")
            desk.page.screenshot(path=folder / f"{number}.png")
        print(f"pictures: {folder}", self.house.logs(), sep="\n")

    def end(self) -> None:
        for desk in self.desks:
            desk.context.close()

    def until_in(self, stage: str) -> None:
        """Wait until the clock has moved Lin's review on."""
        self.house.until(
            lambda session: session.get_one(Subject, self.review).stage == stage, f"the stage {stage}"
        )
