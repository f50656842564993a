"""Five figures of a cycle, and the bars of where its reviews stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from reviewflow.core.values import Money
from reviewflow.formats import UNKNOWN
from reviewflow.store.dashboard import Figures, Head, Part, Results
from reviewflow.web.filters import money_short, number, percent, until
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.part_titles import PARTS, part_title


@dataclass(frozen=True)
class Bar:
    """One part: how many reviews stand in it, how many of them are late, and what comes next.

    `url` and `late_url` lead to these people; empty where there are none.
    """

    label: str
    count: int
    late: int
    note: str
    url: str = ""
    late_url: str = ""


def boxes(cycle: Head, figures: Figures, results: Results) -> list[dict[str, Any]]:
    """The five figures, each with what it is measured by."""
    open_letters = figures.letters_failed + figures.letters_due
    return [
        _box(
            _("Past evaluation"),
            figures.evaluated,
            figures.reviews,
            _share(figures.evaluated, figures.reviews),
        ),
        _box(
            _("Letters printed"), max(results.released - open_letters, 0), results.released, _letters(figures)
        ),
        _box(_("Acknowledged"), results.answered, results.released) | {"links": _answers(cycle, results)},
        {
            "label": _("Awards to sign"),
            "value": number(figures.awards["pending"]),
            "below": _("%(n)s returned", n=number(figures.awards["returned"]))
            if figures.awards["returned"]
            else "",
        },
        {
            "label": _("In payroll files"),
            "value": " · ".join(map(money_short, figures.paid or (Money(0, cycle.currency),))),
            "below": ngettext("%(num)s file", "%(num)s files", figures.payroll_files),
        },
    ]


def _box(label: str, part: int, whole: int, below: str = "") -> dict[str, Any]:
    """A part of a whole; without a whole it is not known what the part would be of."""
    if not whole:
        return {"label": label, "value": UNKNOWN, "below": "", "part": 0, "whole": 0}
    return {
        "label": label, "value": number(part), "unit": _("of %(n)s", n=number(whole)), "below": below,
        "part": part, "whole": whole,
    }  # fmt: skip


def _share(part: int, whole: int) -> str:
    return percent(part * 100 // whole, 0) if whole else ""


def _letters(figures: Figures) -> str:
    if figures.letters_failed:
        return ngettext("%(num)s failed", "%(num)s failed", figures.letters_failed)
    if figures.letters_due:
        return ngettext("%(num)s is being printed", "%(num)s are being printed", figures.letters_due)
    return ""


def _answers(cycle: Head, results: Results) -> list[tuple[str, str]]:
    """Ways of answering that HR should know of, with where these people stand."""
    words = {
        "acknowledged_disagree": _("%(n)s with disagreement"),
        "refused": _("%(n)s refused"),
        "no_answer": _("%(n)s without an answer"),
    }
    return [
        (text % {"n": number(results.answers[answer])}, _people(cycle, answer=answer))
        for answer, text in words.items()
        if results.answers.get(answer)
    ]


def _people(cycle: Head, **filters: Any) -> str:
    return url_for("cycles.people", cycle_id=cycle.id, **filters)


def bars(cycle: Head, figures: Figures) -> list[Bar]:
    """One bar for each part that the process has; a calibration that is not wanted is absent."""
    here = {stage.part for stage in cycle.pins.workflow.stages.values()}
    by_key = {part.key: part for part in figures.parts}
    return [
        _bar(cycle, by_key[key], figures)
        for key in PARTS
        if key in here and (key != "calibration" or cycle.calibration or by_key[key].count)
    ]


def _bar(cycle: Head, part: Part, figures: Figures) -> Bar:
    return Bar(
        part_title(part.key),
        part.count,
        part.late,
        _note(part, figures),
        _people(cycle, part=part.key) if part.count else "",
        _people(cycle, part=part.key, late="1", sort="due") if part.late else "",
    )


def _note(part: Part, figures: Figures) -> str:
    if part.key == "reward" and figures.awards.get("pending"):
        return _("%(n)s to sign", n=number(figures.awards["pending"]))
    if part.next_due is not None:
        return _("next deadline %(day)s", day=until(part.next_due))
    return ""
