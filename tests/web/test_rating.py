"""A rating set against the rule, with its reason, and back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from reviewflow.store.reviews import Review
from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestRating:
    """HR sets a rating against the rule, one by one, with the computed one beside it."""

    def test_with_a_reason_and_back(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        hu.submit(
            f"/reviews/{review}/rating", rating="A", reason="Team effort on the largest deal.", sure="1"
        )
        assert "The rating is A now." in hu.text
        assert "Hu Min set the rating to A; computed it is S." in hu.text
        row: Review = stage.row(Review, review)
        assert (row.rating, row.rating_computed, row.rating_by) == ("A", "S", stage.cast.hu)
        hu.submit(f"/reviews/{review}/rating", rating="S", reason="", sure="1")
        assert "set the rating to" not in hu.text
        assert "Rating changed by hand from S to A" in hu.open(f"/reviews/{review}/history").text

    def test_that_it_fell_is_said_with_the_cause_and_the_reason_of_then(
        self, stage: Stage, browser: Make
    ) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        hu.submit(
            f"/reviews/{review}/rating", rating="A", reason="Team effort on the largest deal.", sure="1"
        )
        stage.score(review)
        page = hu.open(f"/reviews/{review}").text
        assert "The rating A that Hu Min had set fell; by the rule it is S." in page
        assert "The points were computed again." in page
        assert "Reason given then: Team effort on the largest deal." in page
        told = hu.open(f"/reviews/{review}/history").text
        assert "The rating A set by hand fell; by the rule it is S" in told
        assert "Team effort on the largest deal." in told
        assert "had set fell" not in english(browser("wang")).open(f"/reviews/{review}").text
        stage.move(stage.cast.hu, review, "release")
        assert "had set fell" not in hu.open(f"/reviews/{review}?view=evaluation").text

    def test_without_a_reason_nothing_happens(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        assert hu.submit(f"/reviews/{review}/rating", rating="D", reason=" ").status == 422
        assert re.search(r'<textarea[^>]* id="reason"[^>]*aria-invalid="true"', hu.text), (
            "the field is marked"
        )
        assert '<option value="D" selected>' in hu.text, "what was chosen stays"
        assert "Hu Min" not in hu.text.partition("<main")[2].partition("Set the rating against")[0]
        assert hu.submit(f"/reviews/{review}/rating", reason="", sure="1").status == 422, (
            "nor past the question"
        )
        assert stage.row(Review, review).rating == "S"

    def test_it_asks_with_before_and_after(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        hu = english(browser("hu")).open(f"/reviews/{review}")
        hu.submit(f"/reviews/{review}/rating", rating="B", reason="One deal fell through.")
        assert hu.status == 200
        question = hu.text.partition('<dialog id="ask-rate"')[2].partition("</dialog>")[0]
        assert re.search(r"Rating</th><td>S · [^<]+</td><td><b>B · ", question)
        assert re.search(r"Coefficient</th><td>[0-9.]+</td><td><b>[0-9.]+</b>", question)
        assert "One deal fell through." in question
        assert stage.row(Review, review).rating == "S", "nothing is done before the answer"
        hu.submit(f"/reviews/{review}/rating", sure="1")
        assert "The rating is B now." in hu.text

    def test_from_an_old_page_it_conflicts(self, stage: Stage, browser: Make) -> None:
        review = stage.judged()
        first, second = english(browser("hu")), english(browser("hu"))
        first.open(f"/reviews/{review}")
        second.open(f"/reviews/{review}").submit(
            f"/reviews/{review}/rating", rating="A", reason="Mine.", sure="1"
        )
        first.submit(f"/reviews/{review}/rating", rating="B", reason="A longer reason that must not be lost.")
        assert "Set the rating of Lin Yue?" in first.text, "asked with the version of the old page"
        first.submit(f"/reviews/{review}/rating", sure="1")
        assert first.status == 409
        assert "A longer reason that must not be lost." in first.text
        assert stage.row(Review, review).rating == "A"

    @pytest.mark.parametrize("login", ["wang", "lin", "director"])
    def test_nobody_else_finds_the_form(self, stage: Stage, browser: Make, login: str) -> None:
        review = stage.judged()
        assert f"/reviews/{review}/rating" not in browser(login).open(f"/reviews/{review}").text
