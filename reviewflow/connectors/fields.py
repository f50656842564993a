"""The canonical fields: what a mapping can fill for each kind of row, and how its text is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reviewflow.core.indicators import EVENT_KINDS

PEOPLE_KINDS: Final = ("people", "unit", "pay_base", "target")
KINDS: Final = (*PEOPLE_KINDS, *EVENT_KINDS)

KEYED: Final = frozenset({"people", "unit", *EVENT_KINDS})
"""Kinds whose rows have an id of their own in the source; pay bases and targets are known by their fields."""

SCORED: Final = frozenset({"satisfaction"})
"""Event kinds whose amounts are not money."""


@dataclass(frozen=True)
class Field:
    """How a field is read.

    `form`: ``text``, ``ref`` (an id or name that is compared), ``word`` (a ref in small letters), ``date``,
    ``number`` (four decimals), ``money`` (in major units), ``rate`` (six decimals, ``1.2%`` is 0.012),
    ``currency``, ``language`` or ``zone``.
    `required`: every mapping of the kind must fill it. `filled`: where it is mapped it may not be blank.
    """

    form: str
    longest: int = 120
    required: bool = False
    filled: bool = False


_PERSON = Field("ref", 64, required=True, filled=True)
_DAY = Field("date")
_FIRST_DAY = Field("date", required=True, filled=True)

_PEOPLE: Final = {
    "name": Field("text", 200),
    "email": Field("text", 254),
    "language": Field("language"),
    "zone": Field("zone", 40),
    "hired": _DAY,
    "left": _DAY,
    "unit": Field("ref", 64),
    "position": Field("text", 80),
    "manager": Field("ref", 64),
    "dotted_manager": Field("ref", 64),
}
_UNIT: Final = {"name": Field("text", 200), "parent": Field("ref", 64)}
_PAY_BASE: Final = {
    "person": _PERSON,
    "component": Field("word", 40, required=True, filled=True),
    "amount": Field("money"),
    "rate": Field("rate"),
    "currency": Field("currency"),
    "from": _DAY,
    "until": _DAY,
}
_TARGET: Final = {
    "person": _PERSON,
    "indicator": Field("word", 40, required=True, filled=True),
    "value": Field("number", required=True, filled=True),
    "starts": _FIRST_DAY,
    "ends": Field("date", filled=True),
}

_WITH_AMOUNT: Final = frozenset({"order", "invoice", "payment", "satisfaction"})
_WITH_OUTCOME: Final = frozenset({"opportunity"})


def _event(kind: str) -> Mapping[str, Field]:
    return {
        "person": _PERSON,
        "on": _FIRST_DAY,
        "opened": Field("date", filled=True),
        "amount": Field("number", required=kind in _WITH_AMOUNT, filled=True),
        "amount2": Field("number", filled=True),
        "currency": Field("currency"),
        "customer": Field("ref", 120),
        "outcome": Field("word", 20, required=kind in _WITH_OUTCOME, filled=True),
        "product": Field("ref", 120),
    }


FIELDS: Final[Mapping[str, Mapping[str, Field]]] = MappingProxyType(
    {
        "people": _PEOPLE,
        "unit": _UNIT,
        "pay_base": _PAY_BASE,
        "target": _TARGET,
        **{kind: _event(kind) for kind in EVENT_KINDS},
    }
)
"""Fields by kind and name."""
