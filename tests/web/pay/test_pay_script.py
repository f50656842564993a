"""Pay in a real browser."""

from __future__ import annotations

from tests.flows.story import Story
from tests.web.chromium import MARKS, Open
from tests.web.pay.payday import Payday

pytestmark = MARKS


def test_on_a_phone_the_steps_of_an_amount_fit_without_scrolling(
    story: Story, payday: Payday, signed_in: Open
) -> None:
    """Each step is a line with its bar, where the columns of a wide window would not keep their words apart."""
    for award in payday.lin.values():
        story.move(story.cast.director, award, "approve")
    page = signed_in("lin")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/my-pay")
    steps = page.locator(".fall-narrow")
    assert steps.is_visible()
    assert not page.locator(".fall-wide").is_visible()
    assert "Payable" in steps.inner_text()
    wide = "(one) => one.scrollWidth > one.clientWidth"
    parts = steps.locator("xpath=descendant-or-self::*[not(ancestor-or-self::*[local-name() = 'svg'])]")
    assert [part.inner_text() for part in parts.all() if part.evaluate(wide)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1440, "height": 900})
    assert not steps.is_visible()


def test_what_is_ticked_is_no_longer_told_as_waiting(payday: Payday, signed_in: Open) -> None:
    page = signed_in("director")
    page.goto("/approvals")
    left, chosen = page.locator("[data-rest]"), page.locator("[data-chosen]")
    whole = left.inner_text()
    box = page.locator("input[data-row]").first
    box.check()
    digits = str.maketrans("", "", "¥,.")
    told = [int(one.inner_text().translate(digits)) for one in (left, chosen)]
    assert told[1] == int(box.get_attribute("data-minor") or "")
    assert sum(told) == int(whole.translate(digits))
    page.locator("[data-pick]").click()
    assert left.inner_text() == "¥0.00"
