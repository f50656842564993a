"""What really happened at the invented firm whose exports are such a mess: rows without any fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

SEED = 20250401
FIRST_DAY, LAST_DAY = date(2025, 1, 2), date(2025, 7, 4)
Q1_BEGIN, Q2_BEGIN, Q2_END = date(2025, 1, 1), date(2025, 4, 1), date(2025, 6, 30)

TEAMS = {
    "Nord": ("Ute Harms", ("Anna Köhler", "Jörn Petersen", "Māra Ozola")),
    "Süd": ("Tomás Rey", ("Zoë van Dijk", "Piotr Wójcik", "Şenay Yıldız")),
    "华东": ("陈立行", ("李明轩", "周雨桐")),
}
REPS = tuple(rep for _, reps in TEAMS.values() for rep in reps)
CUSTOMERS = (
    "Bäckerei",
    "Mühle",
    "Café Œuvre",
    "Garten & Hof",
    "Żabka",
    "Öl-Kontor",
    "Fähre",
    "Gießerei",
    "茶行",
    "纸业",
)
FEW_REPLIES = "Māra Ozola"
"""Three answers in the second quarter: too few for a mean."""


@dataclass(frozen=True)
class Deal:
    id: str
    rep: str
    customer: str
    stage: str
    opened: date
    closed: date | None
    cents: int


@dataclass(frozen=True)
class OrderLine:
    number: str
    position: int
    rep: str
    customer: str
    on: date
    cents: int
    cost: int


@dataclass(frozen=True)
class Invoice:
    id: str
    rep: str
    customer: str
    issued: date
    due: date
    cents: int


@dataclass(frozen=True)
class Payment:
    id: str
    rep: str
    customer: str
    on: date
    cents: int


@dataclass(frozen=True)
class Visit:
    """`at` is UTC; the day is the one in Berlin, two hours ahead in summer."""

    id: str
    rep: str
    customer: str
    at: datetime

    @property
    def on(self) -> date:
        summer = date(2025, 3, 30) <= self.at.date()
        return (self.at + timedelta(hours=2 if summer else 1)).date()


@dataclass(frozen=True)
class Score:
    id: str
    rep: str
    customer: str
    on: date
    tenths: int


@dataclass(frozen=True)
class Complaint:
    id: str
    rep: str
    customer: str
    on: date
    valid: bool


@dataclass(frozen=True)
class Truth:
    """All rows, each kind in the order of its file."""

    deals: tuple[Deal, ...]
    orders: tuple[OrderLine, ...]
    invoices: tuple[Invoice, ...]
    payments: tuple[Payment, ...]
    visits: tuple[Visit, ...]
    scores: tuple[Score, ...]
    complaints: tuple[Complaint, ...]


def truth() -> Truth:
    """The same rows every time."""
    rng = Random(SEED)
    deals = tuple(_deals(rng))
    orders = tuple(_orders(rng))
    invoices = tuple(_invoices(orders))
    return Truth(
        deals=deals,
        orders=orders,
        invoices=invoices,
        payments=tuple(_payments(rng, invoices)),
        visits=tuple(_visits(rng)),
        scores=tuple(_scores(rng)),
        complaints=tuple(_complaints(rng, orders)),
    )


def _customer(rng: Random, rep: str, on: date) -> str:
    """In the first quarter seven of ten customers; in the second two of them are gone and three are new."""
    names = CUSTOMERS[:7] if on < Q2_BEGIN else CUSTOMERS[2:]
    return f"{rng.choice(names)} {REPS.index(rep) + 1}"


def _day(rng: Random, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _deals(rng: Random) -> Iterator[Deal]:
    for number in range(1, 281):
        rep, opened = rng.choice(REPS), _day(rng, last=date(2025, 6, 20))
        closed = opened + timedelta(days=rng.randint(3, 60))
        stage = rng.choices(("won", "lost", "open"), (4, 5, 1))[0]
        if closed > LAST_DAY:
            stage = "open"
        yield Deal(
            f"D-{number:04}",
            rep,
            _customer(rng, rep, opened),
            stage,
            opened,
            None if stage == "open" else closed,
            rng.randint(30_000, 2_500_000),
        )


def _orders(rng: Random) -> Iterator[OrderLine]:
    for number in range(1, 181):
        rep, on = rng.choice(REPS), FIRST_DAY + timedelta(days=number * 183 // 180)
        customer = _customer(rng, rep, on)
        for position in range(1, rng.choice((2, 2, 3))):
            cents = rng.randint(9_000, 1_800_000)
            yield OrderLine(
                f"A{number:05}", position * 10, rep, customer, on, cents, cents * rng.randint(55, 85) // 100
            )


def _invoices(orders: tuple[OrderLine, ...]) -> Iterator[Invoice]:
    whole: dict[str, list[OrderLine]] = {}
    for line in orders:
        whole.setdefault(line.number, []).append(line)
    for number, lines in whole.items():
        first = lines[0]
        due = first.on + timedelta(days=30)
        yield Invoice(
            f"R-{number}", first.rep, first.customer, first.on, due, sum(one.cents for one in lines)
        )


def _payments(rng: Random, invoices: tuple[Invoice, ...]) -> Iterator[Payment]:
    for invoice in invoices:
        on = invoice.due + timedelta(days=rng.choice((-3, -1, 0, 2, 9, 21)))
        if on <= LAST_DAY and rng.random() < 0.93:
            yield Payment(f"Z-{invoice.id[2:]}", invoice.rep, invoice.customer, on, invoice.cents)


def _visits(rng: Random) -> Iterator[Visit]:
    for number in range(1, 221):
        rep, on = rng.choice(REPS), _day(rng)
        at = datetime(on.year, on.month, on.day, rng.randint(6, 15), rng.choice((0, 15, 30, 45)))
        yield Visit(f"B{number:04}", rep, _customer(rng, rep, on), at)
    last_evening = datetime(2025, 6, 30, 22, 30)
    yield Visit("B0221", REPS[0], _customer(rng, REPS[0], Q2_END), last_evening)


def _scores(rng: Random) -> Iterator[Score]:
    number = 0
    for rep in REPS:
        replies = 3 if rep == FEW_REPLIES else 9
        for first, last in ((FIRST_DAY, date(2025, 3, 31)), (Q2_BEGIN, LAST_DAY - timedelta(days=5))):
            for _ in range(replies):
                number += 1
                on = _day(rng, first, last)
                yield Score(
                    f"U{number:04}", rep, _customer(rng, rep, on), on, rng.choice((30, 35, 40, 45, 50))
                )
    yield Score(f"U{number + 1:04}", REPS[1], _customer(rng, REPS[1], LAST_DAY), LAST_DAY, 50)


def _complaints(rng: Random, orders: tuple[OrderLine, ...]) -> Iterator[Complaint]:
    for number, line in enumerate(rng.sample(orders, 24), 1):
        on = min(line.on + timedelta(days=rng.randint(2, 14)), LAST_DAY)
        yield Complaint(f"K{number:03}", line.rep, line.customer, on, rng.random() < 0.8)
