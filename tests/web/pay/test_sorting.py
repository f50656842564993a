"""Lists of awards sorted by a click, and what a returned award says in the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.payday import Payday
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


def cells(page: Browser, label: str) -> list[str]:
    """The texts of one column, from top to bottom."""
    found = re.findall(rf'<td[^>]*data-label="{label}">(.*?)</td>', page.text, re.S)
    return [re.sub(r"<svg.*?</svg>|<span class=\"face.*?</span>|<[^>]+>", "", cell).strip() for cell in found]


def amounts(page: Browser) -> list[float]:
    found = [re.sub(r"[^0-9.]", "", cell) for cell in cells(page, "Amount")]
    return [float(cell) for cell in found if cell][:-1]  # the last one is the sum


def test_awards_that_wait(browser: Make, payday: Payday) -> None:
    director = english(browser("director"))
    up, down = (amounts(director.open(f"/approvals?sort={sort}")) for sort in ("amount", "-amount"))
    assert len(up) == 4
    assert up == sorted(up) == down[::-1]
    people = cells(director.open("/approvals?sort=name"), "Person")
    assert people[:4] == sorted(people[:4])
    assert 'aria-sort="ascending"' in director.text
    assert director.open("/approvals?sort=nonsense").status == 200


def test_awards_for_payroll(browser: Make, story: Story, payday: Payday) -> None:
    for award in (payday.lin["commission"], payday.liu_awards["commission"]):
        story.move(story.cast.director, award, "approve")
    fang = english(browser("fang"))
    up = amounts(fang.open("/payroll?sort=amount"))
    down = amounts(fang.open("/payroll?sort=-amount"))
    assert up == sorted(up) == down[::-1]
    people = cells(fang.open("/payroll?sort=-name"), "Person")
    assert people[:-1] == sorted(people[:-1], reverse=True)


def test_a_returned_award_says_whose_it_is_and_how_much(browser: Make, story: Story, payday: Payday) -> None:
    story.move(story.cast.director, payday.lin["bonus"], "return", "Please check the base.")
    text = english(browser("hu")).open("/inbox").text
    assert re.search(r"Correct the proposal: Lin Yue, Performance bonus ¥[0-9,.]+</h3>", text)
