"""HR's cycle: launched in five clicks, the late reminded in three."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import definitions
from tests.browser.desk import Desk

CYCLE = "2026Q2"
"""The short name that the launch page suggests for the quarter."""


def launch(hr: Desk, people: int) -> None:
    """Cycles, New cycle, the process, Launch, Launch: five clicks. Then every review is there."""
    with hr.counted(5, "launching a cycle"):
        hr.go(hr.entry("Cycles"))
        hr.go(hr.link("New cycle").first)
        process = hr.words.title(definitions.process().title)
        hr.press(hr.main.locator("label.anchor", has_text=process))
        # The check follows the choice; the question of the dialog then speaks of this process.
        expect(hr.page.locator("#ask-launch")).to_contain_text(process)
        hr.press(hr.button_for("Launch for %(num)s person", "Launch for %(num)s people", people))
        hr.look()
        hr.go(hr.answer("Launch"))
    created = hr.words.many("%(num)s review created", "%(num)s reviews created", people)
    hr.until_shown(hr.main.get_by_role("heading", level=1).filter(has_text=created))
    hr.look()


def remind_the_late(hr: Desk, late: int) -> None:
    """From the list of cycles: the cycle, Remind, Send: three clicks."""
    with hr.counted(3, "reminding the late", begin="/cycles"):
        hr.go(hr.link(CYCLE).first)
        hr.press(hr.button("Remind %(n)s", n=late))
        hr.look()
        hr.go(hr.answer("Send"))
    expect(hr.main).to_contain_text(hr.words("reminded today"))
