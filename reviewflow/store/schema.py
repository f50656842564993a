"""All tables in one place: importing this module registers every mapped class on `Model.metadata`."""

from reviewflow.store import (
    accounts,
    audit,
    clock,
    company,
    cycles,
    facts,
    letters,
    messages,
    outbox,
    pay,
    people,
    reviews,
    subjects,
    surveys,
)
from reviewflow.store.model import Model

metadata = Model.metadata

__all__ = [
    "accounts",
    "audit",
    "clock",
    "company",
    "cycles",
    "facts",
    "letters",
    "messages",
    "metadata",
    "outbox",
    "pay",
    "people",
    "reviews",
    "subjects",
    "surveys",
]
