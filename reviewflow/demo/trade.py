"""Two years of selling, day by day: who ordered, paid, was visited, was won, answered and complained.

Every customer and every rep has an own stream of chance, and a stream never looks at the last day asked
for. So a later last day only adds records, except that open opportunities close.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from reviewflow.core.values import Period
from reviewflow.demo.company import Company, Employee
from reviewflow.demo.customers import customer_name
from reviewflow.demo.events import Complaint, Invoice, Opportunity, Order, Payment, Records, Reply, Visit
from reviewflow.demo.profiles import Form, Profile, profile_of
from reviewflow.demo.season import LOOK_AHEAD, is_quiet, order_day, working

CAST_KINDS = {
    "rep": "steady",
    "stranger": "steady",
    "leaver": "lenient",
    "mover": "climber",
    "late": "steady",
}
"""How the named people sell; everybody else's kind is drawn."""

SETTLING_IN = timedelta(days=14)
GOLDEN, PLASTIC = 0.6180339887498949, 0.7548776662466927
"""Steps around a circle that never come back to where they were; the two do not beat together."""

TERMS_DAYS = (30, 30, 45, 60)


def records(seed: int, company: Company, history: Period) -> Records:
    """All records dated within `history`, in order of date and id."""
    kinds = {company.cast[key]: kind for key, kind in CAST_KINDS.items()}
    everything = Records()
    for rep in company.reps():
        profile = profile_of(seed, rep, kinds.get(rep.external_id))
        everything.add(_Desk(seed, rep, profile, history).work())
    _sort(everything)
    return everything


def _sort(everything: Records) -> None:
    everything.orders.sort(key=lambda r: (r.on, r.id))
    everything.invoices.sort(key=lambda r: (r.issued_on, r.id))
    everything.payments.sort(key=lambda r: (r.on, r.id))
    everything.visits.sort(key=lambda r: (r.on, r.id))
    everything.opportunities.sort(key=lambda r: (r.opened_on, r.id))
    everything.replies.sort(key=lambda r: (r.on, r.id))
    everything.complaints.sort(key=lambda r: (r.on, r.id))


@dataclass(frozen=True)
class _Customer:
    name: str
    number: int
    size: float
    gap_days: float
    terms_days: int
    paid_late: float
    is_new: bool


class _Evenly:
    """Says yes to a share of the questions, spread evenly: small numbers would jump by pure chance."""

    def __init__(self, rng: Random, step: float) -> None:
        self._at, self._step = rng.random(), step

    def __call__(self, share: float) -> bool:
        self._at = (self._at + self._step) % 1
        return self._at < share


class _Desk:
    """One rep's work from the first day to the last, or until the rep left."""

    def __init__(self, seed: int, rep: Employee, profile: Profile, history: Period) -> None:
        self.rep, self.profile, self.history = rep, profile, history
        self.number = rep.external_id.removeprefix("YF-")
        self.begin = max(history.starts_on, rep.hired_on + SETTLING_IN)
        self.end = min(history.ends_on, rep.left_on or history.ends_on)
        self.form = Form(seed, rep.external_id, profile, history.starts_on)
        self.seed = seed
        self.winning = _Evenly(self._rng("winning"), GOLDEN)
        self.for_new = _Evenly(self._rng("for new"), PLASTIC)
        self.done = Records()

    def work(self) -> Records:
        """All records of this rep."""
        book = [self._customer(number, is_new=False) for number in range(1, self.profile.customers + 1)]
        for customer in book:
            start = self.begin + timedelta(days=self._rng(customer.name).randrange(40))
            self._orders(customer, start)
        self._opportunities(book)
        self._visits(book)
        return self.done

    def _rng(self, stream: str) -> Random:
        return Random(f"{self.seed}:{self.rep.external_id}:{stream}")

    def _customer(self, number: int, *, is_new: bool) -> _Customer:
        rng = self._rng(f"customer {number}")
        return _Customer(
            name=customer_name(self.rep, number, rng),
            number=number,
            size=math.exp(rng.gauss(0, 0.35)),
            gap_days=self.profile.order_gap_days * rng.uniform(0.75, 1.25),
            terms_days=rng.choice(TERMS_DAYS),
            paid_late=self.profile.paid_late * rng.uniform(0.5, 1.5),
            is_new=is_new,
        )

    # ---- orders and what follows from them

    def _orders(self, customer: _Customer, first: date) -> None:
        """All orders of a customer: regular ones at intervals, one-off customers at most two."""
        rng = self._rng(f"orders {customer.number}")
        one_off = rng.random() < self.profile.one_off and customer.is_new
        due, count = first, 0
        while due <= self.end + LOOK_AHEAD:
            count += 1
            placed = due if count == 1 else order_day(due, rng)
            self._order(f"{customer.number:03}-{count:02}", customer, placed, rng)
            stays = rng.random() < self.profile.kept_a_quarter ** (customer.gap_days / 91)
            gap = customer.gap_days * rng.uniform(0.7, 1.3)
            if not stays or (one_off and count == 2):
                return
            due += timedelta(days=round(gap))

    def _order(self, suffix: str, customer: _Customer, on: date | None, rng: Random) -> None:
        """One order with invoice, payments, reply and complaint; draws even if it falls outside."""
        luck, margin = rng.gauss(0, 0.30), self.profile.margin + rng.gauss(0, 0.05)
        follow_up = Random(rng.getrandbits(64))
        if on is None or not self.begin <= on <= self.end:
            return
        value = self.profile.order_value * customer.size * self.form.on(on) * math.exp(luck)
        amount = round(value) * 100
        cost = round(value * (1 - min(0.6, max(0.05, margin))) * 100)
        order = Order(f"SO-{self.number}-{suffix}", self.rep.external_id, customer.name, on, amount, cost)
        self.done.orders.append(order)
        self._invoice(order, suffix, customer, follow_up)
        self._aftermath(order, suffix, follow_up)

    def _invoice(self, order: Order, suffix: str, customer: _Customer, rng: Random) -> None:
        issued = working(order.on + timedelta(days=rng.randint(1, 6)))
        due = issued + timedelta(days=customer.terms_days)
        invoice = Invoice(
            f"IN-{self.number}-{suffix}", order.id, order.rep, order.customer, issued, due, order.amount
        )
        if issued <= self.history.ends_on:
            self.done.invoices.append(invoice)
        for part, (on, amount) in enumerate(_instalments(invoice, customer, rng), 1):
            if on <= self.history.ends_on:
                self.done.payments.append(
                    Payment(
                        f"PM-{self.number}-{suffix}-{part}", invoice.id, order.rep, order.customer, on, amount
                    )
                )

    def _aftermath(self, order: Order, suffix: str, rng: Random) -> None:
        answers, answered = rng.random() < self.profile.replies, order.on + timedelta(days=rng.randint(5, 20))
        score = max(1, min(5, round(rng.gauss(self.profile.liked, 0.6))))
        if answers and answered <= self.end:
            self.done.replies.append(
                Reply(f"SQ-{self.number}-{suffix}", order.rep, order.customer, answered, score)
            )
        complains, complained = (
            rng.random() < self.profile.trouble,
            order.on + timedelta(days=rng.randint(3, 25)),
        )
        verdict = "valid" if rng.random() < 0.85 else "rejected"
        if complains and complained <= self.end:
            self.done.complaints.append(
                Complaint(
                    f"CT-{self.number}-{suffix}", order.id, order.rep, order.customer, complained, verdict
                )
            )

    # ---- opportunities and visits

    def _opportunities(self, book: list[_Customer]) -> None:
        rng = self._rng("opportunities")
        newest = len(book)
        opened, count = self.begin, 0
        while True:
            gap_days = 91 / (self.profile.deals_a_quarter * self.form.on(opened))
            opened += timedelta(days=max(1, round(rng.expovariate(1 / gap_days))))
            if opened > self.end:
                return
            count += 1
            is_new = self.for_new(0.58)
            newest += is_new
            customer = self._customer(newest, is_new=True) if is_new else rng.choice(book)
            self._opportunity(count, customer, working(opened), rng)

    def _opportunity(self, count: int, customer: _Customer, opened: date, rng: Random) -> None:
        won = self.winning(self.profile.wins * min(1.6, self.form.on(opened)))
        days = self.profile.deal_days * (1.0 if won else 1.2) / self.form.on(opened) ** 0.5
        closed = working(opened + timedelta(days=max(3, round(days * math.exp(rng.gauss(0, 0.35))))))
        worth = self.profile.order_value * customer.size * math.exp(rng.gauss(0.2, 0.3))
        on_record = closed <= self.end
        if opened <= self.end:
            self.done.opportunities.append(
                Opportunity(
                    f"OP-{self.number}-{count:04}",
                    self.rep.external_id,
                    customer.name,
                    opened,
                    closed if on_record else None,
                    round(worth) * 100,
                    ("won" if won else "lost") if on_record else "open",
                )
            )
        if won and customer.is_new:
            self._orders(customer, closed)
        elif won:
            self._order(f"{customer.number:03}-W{count:04}", customer, closed, self._rng(f"won {count}"))

    def _visits(self, book: list[_Customer]) -> None:
        rng = self._rng("visits")
        count = 0
        for day in _days(self.begin, self.end):
            rate = self.profile.visits_a_day * self.form.on(day) * (0.1 if is_quiet(day) else 1.0)
            for _ in range(int(rate + rng.random())):
                count += 1
                status = "held" if rng.random() < 0.93 else "cancelled"
                name = rng.choice(book).name
                visit = Visit(f"VI-{self.number}-{count:04}", self.rep.external_id, name, day, status)
                self.done.visits.append(visit)


def _instalments(invoice: Invoice, customer: _Customer, rng: Random) -> Iterator[tuple[date, int]]:
    """When what part of an invoice is paid: in time, late, in two parts, or never."""
    draw, in_parts = rng.random(), rng.random() < 0.1
    late = rng.random() < customer.paid_late
    delay = round(6 + rng.expovariate(1 / 24)) if late else rng.randint(-8, 3)
    paid = max(invoice.issued_on, working(invoice.due_on + timedelta(days=delay)))
    if draw < 0.012:
        return
    if not in_parts:
        yield paid, invoice.amount
        return
    half = invoice.amount // 2
    yield paid, half
    yield working(paid + timedelta(days=rng.randint(14, 40))), invoice.amount - half


def _days(first: date, last: date) -> Iterator[date]:
    """Monday to Friday from the first to the last day."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            yield day
