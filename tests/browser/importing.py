"""HR brings CSV files in through the Data page; the rep's open page follows by itself."""

from __future__ import annotations

import time
from collections.abc import Sequence

from playwright.sync_api import FilePayload, Locator, expect

from tests.browser import definitions, exports
from tests.browser.desk import MILLISECONDS, Desk
from tests.browser.exports import File

HALF_MILLION = {"en": "¥500k", "zh": "¥50.0万"}
WHOLE = {"en": "¥1.10M", "zh": "¥110.0万"}
LINES = ("SO-0031", "SO-0032", "SO-0033")


def send(hr: Desk, files: Sequence[File]) -> None:
    """Data, Import beside the source, the files, Look at it: nothing is written so far."""
    hr.start()
    hr.go(hr.entry("Data"))
    hr.go(hr.main.get_by_role("row", name="crm").get_by_role("link", name=hr.words("Import"), exact=True))
    uploads = [FilePayload(name=name, mimeType="text/csv", buffer=body) for name, body in files]
    hr.main.get_by_label(hr.words("Files"), exact=True).set_input_files(uploads)
    hr.go(hr.button("Look at it"))


def sees_what_is_wrong(hr: Desk) -> None:
    """The bad line is named with its line, column and value, and why it is refused."""
    expect(hr.main.get_by_role("heading", level=1)).to_have_text(
        hr.words.many(
            "Ready to import, %(num)s line is refused", "Ready to import, %(num)s lines are refused", 1
        )
    )
    row = hr.main.locator("#refused tbody tr")
    expect(row).to_have_count(1)
    for text in (str(exports.BAD_LINE), "Signed on", exports.BAD_DAY):
        expect(row).to_contain_text(text)
    expect(row).to_contain_text(hr.words("There is no such day in the calendar."))


def shows_by_itself(hr: Desk, rep: Desk) -> float:
    """HR presses Import; the rep's open review shows the figure without being loaded again.

    Returns the seconds from the press to the figure on the screen.
    """
    rep.page.evaluate("document.body.dataset.opened = 'once'")
    figure = sales_figure(rep)
    expect(figure).not_to_have_text(HALF_MILLION[rep.words.language])
    with hr.page.expect_navigation(wait_until="commit"):
        hr.press(hr.button("Import"))
        pressed = time.monotonic()
    expect(figure).to_have_text(HALF_MILLION[rep.words.language], timeout=MILLISECONDS)
    seconds = time.monotonic() - pressed
    assert rep.page.evaluate("document.body.dataset.opened") == "once", "the page was loaded again"
    hr.look()
    rep.look()
    return seconds


def sales_figure(rep: Desk) -> Locator:
    """Sales in the table against pace."""
    return (
        rep.main.get_by_role("row")
        .filter(
            has=rep.page.get_by_role("rowheader", name=rep.words.title(definitions.indicator("sales_amount")))
        )
        .locator("a.trace")
    )


def refused_lines(hr: Desk) -> bytes:
    """The report of the import offers the refused lines as a file."""
    return hr.download(hr.link("Refused lines as CSV"))


def sees_the_rows(rep: Desk) -> None:
    """From the figure to the orders behind it: one click."""
    rep.press(sales_figure(rep))
    for line in LINES:
        expect(rep.page.locator("#drawer").get_by_text(line)).to_be_visible()
    rep.look()
    rep.page.keyboard.press("Escape")
