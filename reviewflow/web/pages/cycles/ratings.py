"""Ratings so far beside the plan's guideline: columns with the band that it means."""

from __future__ import annotations

from fractions import Fraction

from flask import url_for

from reviewflow.core.plan import Plan
from reviewflow.core.rating import guideline_counts
from reviewflow.store.dashboard import Head, Results
from reviewflow.web import charts
from reviewflow.web.charts import Bar, Chart
from reviewflow.web.filters import number
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import sentences

ROOM = Fraction(1, 5)
"""A guideline is advice: a fifth more or less than it means, and at least one person, is inside."""


def _bands(plan: Plan, rated: int) -> list[tuple[int, int]]:
    """From how many to how many people each rating should have, best first."""
    meant = guideline_counts(rated, [band.share for band in plan.bands])
    rooms = [max(1, int(count * ROOM)) for count in meant]
    return [
        (max(0, count - room), min(rated, count + room)) for count, room in zip(meant, rooms, strict=True)
    ]


def chart(cycle: Head, results: Results) -> Chart | None:
    """A column for each rating; amber outside its band. None before anybody is rated."""
    if not results.rated:
        return None
    plan = cycle.pins.plan
    bars = [
        Bar(
            label=band.letter,
            value=results.ratings[band.letter],
            shown=number(results.ratings[band.letter]),
            note=_("%(low)s–%(high)s", low=number(low), high=number(high)),
            low=low,
            high=high,
            tone="fill" if low <= results.ratings[band.letter] <= high else "fill-risk",
            url=url_for("cycles.people", cycle_id=cycle.id, rating=band.letter)
            if results.ratings[band.letter]
            else "",
        )
        for band, (low, high) in zip(plan.bands, _bands(plan, results.rated), strict=True)
    ]
    return charts.columns(bars, height=190)


def words(plan: Plan, results: Results) -> str:
    """What lies outside the guideline, in sentences."""
    if not results.rated:
        return ""
    said = []
    for band, (low, high) in zip(plan.bands, _bands(plan, results.rated), strict=True):
        count = results.ratings[band.letter]
        if count > high:
            said.append(
                ngettext(
                    "%(rating)s is %(num)s above the guideline.",
                    "%(rating)s is %(num)s above the guideline.",
                    count - high,
                    rating=band.letter,
                )
            )
        elif count < low:
            said.append(
                ngettext(
                    "%(rating)s is %(num)s below the guideline.",
                    "%(rating)s is %(num)s below the guideline.",
                    low - count,
                    rating=band.letter,
                )
            )
    return sentences(said) if said else _("All ratings lie within the guideline.")
