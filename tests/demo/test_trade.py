"""Two years of records that hang together, and from which all ten indicators can be worked out."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from reviewflow.core.reasons import Reason
from reviewflow.core.values import Period
from reviewflow.demo.__main__ import SEED
from reviewflow.demo.company import company, history_until, quarter_of
from reviewflow.demo.season import is_quiet
from reviewflow.demo.trade import records
from tests.demo.figures import catalogue, facts, figure
from tests.demo.world import CLOSED, RUNNING, TODAY, history, people


def test_there_is_enough_and_not_too_much() -> None:
    assert 60_000 < history().count() < 120_000


def test_ids_are_unique_within_each_kind() -> None:
    for name, rows in vars(history()).items():
        assert len({row.id for row in rows}) == len(rows), name


def test_invoices_and_payments_tie_out() -> None:
    """Every invoice is its order's amount, and nobody pays more than was invoiced."""
    orders = {order.id: order for order in history().orders}
    invoices = {invoice.id: invoice for invoice in history().invoices}
    assert all(invoice.amount == orders[invoice.order].amount for invoice in invoices.values())
    assert all(orders[i.order].on <= i.issued_on < i.due_on for i in invoices.values())
    paid: Counter[str] = Counter()
    for payment in history().payments:
        assert payment.on >= invoices[payment.invoice].issued_on
        paid[payment.invoice] += payment.amount
    assert all(amount <= invoices[number].amount for number, amount in paid.items())
    assert sum(paid.values()) < sum(invoice.amount for invoice in invoices.values())


def test_a_won_deal_with_a_new_customer_is_that_customer_s_first_order() -> None:
    first: dict[str, date] = {}
    for order in history().orders:
        first.setdefault(order.customer, order.on)
    won = [deal for deal in history().opportunities if deal.stage == "won"]
    assert all(deal.customer in first for deal in won)
    assert sum(deal.closed_on == first[deal.customer] for deal in won) > len(won) // 3


def test_amounts_costs_and_scores_are_possible() -> None:
    assert all(0 < order.cost < order.amount for order in history().orders)
    assert {reply.score for reply in history().replies} <= {1, 2, 3, 4, 5}
    assert all(d.closed_on is None or d.closed_on > d.opened_on for d in history().opportunities)
    assert all((d.closed_on is None) == (d.stage == "open") for d in history().opportunities)


def test_nothing_is_sold_before_somebody_came_or_after_they_left() -> None:
    late, leaver = people().person("late"), people().person("leaver")
    theirs = [order for order in history().orders if order.rep == late.external_id]
    assert theirs
    assert min(order.on for order in theirs) > late.hired_on
    left = leaver.left_on or date.max
    assert max(order.on for order in history().orders if order.rep == leaver.external_id) <= left
    assert max(visit.on for visit in history().visits if visit.rep == leaver.external_id) <= left


def test_the_year_has_its_seasons() -> None:
    """Hardly an order in the holiday weeks, and a rush in the last week of the quarters."""
    orders = [order for order in history().orders if order.on.year in (2025, 2026)]
    quiet_days = sum(is_quiet(day) for day in Period(date(2025, 1, 1), TODAY))
    a_day = len(orders) / (TODAY - date(2025, 1, 1)).days
    assert sum(is_quiet(order.on) for order in orders) < 0.3 * quiet_days * a_day
    last_week = sum(order.on > quarter_of(order.on).ends_on - timedelta(days=7) for order in orders)
    assert last_week / len(orders) > 1.5 * 7 / 91


def test_every_indicator_has_a_figure_for_nearly_everybody() -> None:
    """And nobody's figure is missing for another reason than a small sample or a late start."""
    known = facts(history())
    here = [rep.external_id for rep in people().reps() if rep != people().person("late")]
    missing = defaultdict(list)
    for indicator in catalogue().indicators.values():
        for period in (CLOSED, RUNNING):
            for rep in here:
                found = figure(known, indicator, rep, period)
                if isinstance(found, Reason):
                    missing[indicator.key].append(found.key)
    assert set(missing) <= {"satisfaction", "deal_cycle"}
    assert missing["satisfaction"], "one case for the letter: too few replies"
    assert all(len(reasons) <= 2 * len(here) // 4 for reasons in missing.values())
    assert {reason for reasons in missing.values() for reason in reasons} == {"measure.sample_too_small"}


def test_results_differ_in_every_indicator() -> None:
    """The best tenth is clearly ahead of the last tenth: a company in which all are alike shows nothing."""
    known = facts(history())
    for indicator in catalogue().indicators.values():
        figures = [figure(known, indicator, rep.external_id, RUNNING) for rep in people().reps()]
        values = sorted(found.value for found in figures if not isinstance(found, Reason))
        low, high = values[len(values) // 10], values[-1 - len(values) // 10]
        assert high > low * 108 / 100, indicator.key


def test_the_same_seed_gives_the_same_records() -> None:
    span = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert records(SEED, people(), span) == records(SEED, people(), span)
    assert records(SEED + 1, company(SEED + 1, RUNNING), span) != records(SEED, people(), span)


def test_a_later_day_only_adds_records() -> None:
    """So that tomorrow's export is today's with new lines, apart from open deals that have closed."""
    sooner = records(SEED, people(), history_until(TODAY - timedelta(days=14), RUNNING))
    for name in ("orders", "invoices", "payments", "visits", "replies", "complaints"):
        before, after = getattr(sooner, name), getattr(history(), name)
        assert after[: len(before)] == before, name
    still = {deal.id: deal for deal in history().opportunities}
    assert all(deal == still[deal.id] for deal in sooner.opportunities if deal.closed_on)


def test_a_part_of_the_records_can_be_taken_out() -> None:
    week = Period(TODAY - timedelta(days=6), TODAY)
    part = history().within(week)
    assert 100 < part.count() < history().count() / 50
    assert {order.on in week for order in part.orders} == {True}
    assert {deal.closed_on for deal in part.opportunities} > {None}
