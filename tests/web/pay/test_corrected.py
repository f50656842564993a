"""Amounts that were changed by hand far beyond what was computed: everybody who signs is told in red."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from reviewflow.store import db
from reviewflow.store.pay import Award
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
LIST = "/approvals"
TOLD = "Corrected by hand from ¥18,000.00 to ¥9,999,999.00, 556 times the computed amount"


def correct(engine: Engine, award: int, minor: int) -> None:
    with db.write(engine) as session:
        changes = {"amount_minor": minor, "changed_reason": "A typing mistake."}
        session.execute(update(Award).where(Award.id == award).values(**changes))


def test_a_steep_correction_is_red_in_the_list_and_on_the_page(
    browser: Make, engine: Engine, payday: Payday
) -> None:
    bonus = payday.lin["bonus"]
    correct(engine, bonus, 999_999_900)
    director = browser("director").open(LIST)
    assert f'<b class="bad">{TOLD}</b>' in director.text
    assert "Within rules 3" in director.text
    assert director.open(LIST + "?pick=within").text.count(" checked") == 3
    page = director.open(f"/approvals/{bonus}").text
    assert 'class="note note-bad"' in page
    assert page.count(TOLD) == 2  # above, and in the dialog that approves
    sun = browser("sun").open(f"/approvals/{bonus}").text
    assert sun.count(TOLD) == 1


@pytest.mark.parametrize(("minor", "steep"), [(2_700_000, False), (2_700_001, True), (899_999, True)])
def test_more_than_half_of_the_computed_amount_is_steep(
    browser: Make, engine: Engine, payday: Payday, minor: int, steep: bool
) -> None:
    correct(engine, payday.lin["bonus"], minor)
    page = browser("director").open(f"/approvals/{payday.lin['bonus']}").text
    assert ('class="note note-bad"' in page) is steep


def test_approving_one_says_that_it_is_final(browser: Make, payday: Payday) -> None:
    page = browser("director").open(f"/approvals/{payday.lin['bonus']}").text
    dialog = page[page.index('<dialog id="ask-approve"') :]
    assert "An approved result cannot be reopened." in dialog[: dialog.index("</dialog>")]


def test_a_correction_is_confirmed_with_both_amounts(browser: Make, story: Story, payday: Payday) -> None:
    bonus = payday.lin["bonus"]
    story.move(story.cast.director, bonus, "return", "Please check the base.")
    where = f"/subjects/{bonus}/tasks/correct"
    hu = browser("hu").open(where)
    assert '<div id="correcting"></div>' in hu.text
    typed = {"amount": "9,999,999", "reason": "A typing mistake."}
    data = dict(hu.form(where).fields) | typed
    saved = hu.client.post(f"{where}/draft", data=data, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert f'<b class="bad">{TOLD}</b>' in saved
    page = hu.open(where).text
    dialog = page[page.index('<dialog id="ask-submit"') :]
    assert f'<b class="bad">{TOLD}</b>' in dialog[: dialog.index("</dialog>")]


def test_what_waits_is_told_without_what_is_selected(browser: Make, payday: Payday) -> None:
    page = browser("director").open(LIST + "?pick=within").text
    assert "<b data-rest>¥0.00</b>" in page


def test_to_sign_counts_what_the_reader_can_sign(browser: Make, story: Story, payday: Payday) -> None:
    story.move(story.cast.director, payday.liu_awards["bonus"], "approve")
    director = browser("director").open(LIST).text
    assert "3 awards wait for you" in director
    assert "To sign 3" in director
    assert "Now: With finance" in director
    fang = browser("fang").open(LIST).text
    assert "To sign 1" in fang
    assert "To sign 0" in browser("sun").open(LIST).text


def test_who_comes_after_the_reader_is_nobody_who_came_before(browser: Make, payday: Payday) -> None:
    """Liu's bonus is the director's to sign, then finance's; then it goes into the payroll file."""
    page = browser("fang").open(LIST + "?show=elsewhere").text
    after = page[page.index("<tbody") :]
    assert 'data-label="After you">Director approval' not in after.replace("\n", "")
    assert "payroll" in after
