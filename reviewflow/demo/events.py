"""What a rep leaves behind in the company's systems; one dataclass for each kind of record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from reviewflow.core.values import Period


@dataclass(frozen=True)
class Order:
    """A signed order. `amount` and `cost` in fen."""

    id: str
    rep: str
    customer: str
    on: date
    amount: int
    cost: int


@dataclass(frozen=True)
class Invoice:
    """The one invoice of an order."""

    id: str
    order: str
    rep: str
    customer: str
    issued_on: date
    due_on: date
    amount: int


@dataclass(frozen=True)
class Payment:
    """Money received on an invoice; an invoice may be paid in two parts, late, or not at all."""

    id: str
    invoice: str
    rep: str
    customer: str
    on: date
    amount: int


@dataclass(frozen=True)
class Visit:
    """A customer visit, `held` or `cancelled`."""

    id: str
    rep: str
    customer: str
    on: date
    status: str


@dataclass(frozen=True)
class Opportunity:
    """A possible deal: `open` while `closed_on` is empty, then `won` or `lost`."""

    id: str
    rep: str
    customer: str
    opened_on: date
    closed_on: date | None
    amount: int
    stage: str


@dataclass(frozen=True)
class Reply:
    """An answer to the satisfaction questionnaire, 1 to 5."""

    id: str
    rep: str
    customer: str
    on: date
    score: int


@dataclass(frozen=True)
class Complaint:
    """A complaint about an order, `valid` or `rejected`."""

    id: str
    order: str
    rep: str
    customer: str
    on: date
    verdict: str


@dataclass
class Records:
    """Everything that is on record; each list in order of date and id."""

    orders: list[Order] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def add(self, other: Records) -> None:
        """Take over all records of another collection."""
        for name, records in vars(other).items():
            getattr(self, name).extend(records)

    def within(self, period: Period) -> Records:
        """The records that were written in a period, each as it stands now."""
        return Records(
            orders=[r for r in self.orders if r.on in period],
            invoices=[r for r in self.invoices if r.issued_on in period],
            payments=[r for r in self.payments if r.on in period],
            visits=[r for r in self.visits if r.on in period],
            opportunities=[r for r in self.opportunities if (r.closed_on or r.opened_on) in period],
            replies=[r for r in self.replies if r.on in period],
            complaints=[r for r in self.complaints if r.on in period],
        )

    def count(self) -> int:
        """How many records there are in all."""
        return sum(len(records) for records in vars(self).values())
