"""HR's cycle: launched in five clicks, the late reminded in three, results released in bulk."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import definitions
from tests.browser.desk import Desk


def launch(hr: Desk, people: int) -> int:
    """Cycles, New cycle, the process, Launch, Launch: five clicks. Returns the cycle's id."""
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
    cycle = hr.id_in_address(r"/cycles/(\d+)/launch")
    created = hr.words.many("%(num)s review created", "%(num)s reviews created", people)
    hr.until_shown(hr.main.get_by_role("heading", level=1).filter(has_text=created))
    hr.look()
    return cycle


def remind_the_late(hr: Desk) -> None:
    """The cycle, Remind, Send: three clicks."""
    with hr.counted(4, "reminding the late"):
        hr.go(hr.entry("Cycles"))
        hr.go(hr.main.get_by_role("link", name="2026Q2").first)
        raise NotImplementedError


def release(hr: Desk, cycle: int, people: int) -> None:
    """From the inbox to the list of what waits; all of it is released after one question."""
    hr.start()
    hr.go(hr.main.get_by_role("link", name=hr.words.title(definitions.move("release"))).first)
