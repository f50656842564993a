"""Targets: proposed from the suggestions, agreed in two clicks and a question where some are not set."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, expect

from tests.browser import definitions
from tests.browser.desk import Desk

SUGGESTED = {"sales_amount": "1100000", "gross_margin": "40", "visits": "21"}
"""Last period's figures with the growth of the plan."""
UNKNOWN = {
    "collection_rate": "90", "deal_cycle": "30", "conversion_rate": "40", "satisfaction": "4.5",
    "complaint_rate": "2",
}  # fmt: skip
"""Targets of indicators that have no figure of the last period."""


def propose(manager: Desk, rep: str) -> None:
    """The form comes filled in with the suggestions; what has none is typed; then it goes to the rep."""
    words = manager.words
    manager.start()
    manager.take_up(
        "Start", "%(what)s: %(who)s", what=words.title(definitions.task("propose_targets")), who=rep
    )
    manager.until_shown(manager.main.locator(f"input[value='{SUGGESTED['sales_amount']}']"))
    for key, value in SUGGESTED.items():
        expect(_target(manager, key)).to_have_value(value)
    _type(manager, UNKNOWN)
    manager.submit_task()
    manager.move(words.title(definitions.move("propose")))


def _type(manager: Desk, targets: Mapping[str, str]) -> None:
    for key, value in targets.items():
        _target(manager, key).fill(value)


def _target(manager: Desk, key: str) -> Locator:
    title = manager.words.title(definitions.indicator(key))
    return manager.main.get_by_label(manager.words("%(indicator)s, target", indicator=title), exact=True)


def agree(rep: Desk) -> int:
    """Open, Agree: two clicks, and one more as two weights have no target. Returns the review's id."""
    with rep.counted(3, "agreeing to the targets"):
        rep.take_up("Open", "Agree to your targets, or send them back")
        rep.move(rep.words.title(definitions.move("agree")))
    return rep.id_in_address(r"/reviews/(\d+)")
