"""Awards: approved in bulk, signed by finance above the limit, paid by one file, seen by who earns them."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO

from playwright.sync_api import expect

from reviewflow.core.values import Money
from reviewflow.formats import money
from tests.browser.desk import Desk
from tests.browser.exports import REP
from tests.browser.launching import CYCLE

COMMISSION = Decimal("14500.00")
"""Of 1,100,000: 1 % of the first 500,000, 1.5 % of the next, 2 % of the rest."""
COMMENT = "12 + 4 = 16 ✓"
BONUS = Decimal("36000.00")
"""The base of 30,000 with the coefficient 1.2 of the rating A, for the whole period."""


def approve_all(desk: Desk, count: int) -> None:
    """Select all within rules, Approve, Approve: three clicks from the start page, which lists what waits."""
    words = desk.words
    waiting = words.many("%(num)s award waits for you", "%(num)s awards wait for you", count)
    desk.start()
    desk.until_shown(desk.main.get_by_role("heading", level=1, name=waiting, exact=True))
    with desk.counted(3, "approving a batch"):
        desk.press(desk.link("Select all within rules"))
        desk.look()
        desk.press(desk.button("Approve %(n)s", n=count))
        desk.look()
        desk.go(desk.answer("Approve"))


def pay(finance: Desk, count: int) -> Decimal:
    """Finance makes the payroll file; its lines add up to the control sum of the page. Returns the sum."""
    finance.start()
    finance.go(finance.entry("Payroll"))
    finance.press(finance.button("Make payroll file"))
    finance.look()
    finance.go(finance.answer("Make payroll file"))
    made = finance.main.get_by_role("table", name=finance.words("Payroll files")).locator("tbody tr")
    expect(made).to_have_count(1)
    body = finance.download(made.get_by_role("link", name=finance.words("CSV")))
    lines = list(csv.DictReader(StringIO(body.decode("utf-8-sig"))))
    assert {line["person_id"] for line in lines} == {REP}
    assert len(lines) == count
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    expect(made).to_contain_text(_written(finance, total))
    return total


def sees_the_money(rep: Desk, total: Decimal) -> None:
    """What is in payroll stands under My pay, with each of its parts."""
    rep.start()
    rep.go(rep.entry("My pay"))
    for amount in (total, BONUS, COMMISSION):
        expect(rep.main).to_contain_text(_written(rep, amount))


def rates_the_review(rep: Desk) -> None:
    """The survey: the first indicator is called fair, with a comment; it is asked once only."""
    rep.start()
    rep.take_up("Start", "Rate the review itself, %(cycle)s", cycle=CYCLE)
    rep.main.locator("fieldset.scale").first.get_by_role("radio", name="4").check()
    rep.main.locator("textarea").fill(COMMENT)
    rep.go(rep.main.get_by_role("button", name=rep.words("Send my answer")))
    rep.start()
    expect(rep.to_do("Start", "Rate the review itself, %(cycle)s", cycle=CYCLE)).to_have_count(0)


def _written(desk: Desk, amount: Decimal) -> str:
    return money(Money(int(amount * 100), "CNY"), desk.words.language)
