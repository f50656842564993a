"""The people of a cycle: where each of them stands, how they were rated, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.values import from_scaled, half_up
from reviewflow.store import cycle_people, people_page
from reviewflow.store.cycle_people import FEW, NOT_YET, SORTS, Asked, CyclePerson
from reviewflow.store.dashboard import Head
from reviewflow.store.scopes import CYCLE_ROLES
from reviewflow.web.downloads import download, table
from reviewflow.web.filters import number
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.listed import listed
from reviewflow.web.pages.cycles.late_list import last_day
from reviewflow.web.pages.cycles.room import LOOKERS, room, the_cycle
from reviewflow.web.pages.reviews.strip import ANSWERS
from reviewflow.web.part_titles import PARTS, part_title
from reviewflow.web.request import language, moment, reader, viewer
from reviewflow.web.tables import PAGE, Column, here, offset, paging, sorting

CSV_HEADER = (
    "person_id", "name", "unit", "manager", "part", "stage", "due", "late", "total", "rating", "answer",
    "awards", "awards_at",
)  # fmt: skip


@room.page("/cycles/<int:cycle_id>/people", LOOKERS)
def people(cycle_id: int) -> ResponseReturnValue:
    """One row a person, filtered and sorted as the address says."""
    cycle, now = the_cycle(cycle_id), moment().business
    asked = _asked(cycle)
    count, ids = cycle_people.page(reader(), viewer(), cycle, asked, now, limit=PAGE + 1, offset=offset())
    units = people_page.units(reader(), viewer(), CYCLE_ROLES)
    return render_template(
        "web/cycles/people.html",
        cycle=cycle,
        asked=asked,
        headline=_headline(cycle, asked, count),
        filters=_filters(cycle),
        units=units,
        filtered=listed(_in_words(asked, {unit.id: unit.name for unit in units})),
        rows=cycle_people.lines(reader(), viewer(), ids[:PAGE]),
        columns=_columns(),
        sort=asked.sort,
        paging=paging(len(ids), count if count <= FEW else None),
        now=now,
        answer_of=answer_of,
        awards_of=awards_of,
        part_title=part_title,
        export=url_for("cycles.people_csv", cycle_id=cycle_id, **_query(asked)),
        everybody=here(part=None, late=None, rating=None, answer=None, unit=None, page=None),
    )


def _asked(cycle: Head) -> Asked:
    """What the address asks for; a word that the cycle does not know asks for nothing."""
    query = request.args
    part, rating, answer = query.get("part", ""), query.get("rating", ""), query.get("answer", "")
    unit = query.get("unit", "")
    return Asked(
        part=part if part in _parts(cycle) else "",
        late=query.get("late") == "1",
        rating=rating if rating in _ratings(cycle) else "",
        answer=answer if answer in cycle_people.ANSWERS else "",
        unit=int(unit) if unit.isdecimal() and len(unit) < 10 else None,
        sort=sorting(SORTS, "name"),
    )


def _query(asked: Asked) -> dict[str, Any]:
    """The words of the address that filter and sort; others that stand there are none of ours."""
    words = {
        "part": asked.part,
        "late": "1" if asked.late else "",
        "rating": asked.rating,
        "answer": asked.answer,
        "unit": "" if asked.unit is None else str(asked.unit),
        "sort": asked.sort if "sort" in request.args else "",
    }
    return {name: word for name, word in words.items() if word}


def _parts(cycle: Head) -> list[str]:
    there = {stage.part for stage in cycle.pins.workflow.stages.values()}
    return [part for part in PARTS if part in there]


def _ratings(cycle: Head) -> list[str]:
    return [band.letter for band in cycle.pins.plan.bands]


def _filters(cycle: Head) -> list[dict[str, Any]]:
    """The fields of choice: name, label, and (value, word) of each."""
    return [
        {"name": "part", "label": _("Part"), "options": [(part, part_title(part)) for part in _parts(cycle)]},
        {"name": "rating", "label": _("Rating"), "options": [(one, one) for one in _ratings(cycle)]},
        {
            "name": "answer",
            "label": _("Answer"),
            "options": [(one, answer_word(one)) for one in cycle_people.ANSWERS],
        },
    ]


def answer_word(answer: str) -> str:
    """How a letter was answered, or that it was not. Raises `KeyError` for any other word."""
    return _("not answered yet") if answer == NOT_YET else ANSWERS[answer]()


def _in_words(asked: Asked, units: dict[int, str]) -> Iterable[str]:
    """The filters, as they stand under the headline."""
    if asked.part:
        yield part_title(asked.part)
    if asked.late:
        yield _("late")
    if asked.rating:
        yield _("rating %(rating)s", rating=asked.rating)
    if asked.answer:
        yield answer_word(asked.answer)
    if asked.unit is not None:
        yield units.get(asked.unit, "–")


def _headline(cycle: Head, asked: Asked, count: int) -> str:
    if count > FEW:
        people = _("more than %(n)s people", n=number(FEW))
    else:
        people = ngettext("%(num)s person", "%(num)s people", count)
    return _("%(cycle)s: %(what)s", cycle=cycle.key, what=people)


def _columns() -> list[Column]:
    return [
        Column("name", _("Person"), main=True, sort="name"),
        Column("unit", _("Unit")),
        Column("manager", _("Manager")),
        Column("stage", _("Stage")),
        Column("due", _("Due"), sort="due"),
        Column("total", _("Score"), num=True, sort="total"),
        Column("rating", _("Rating"), sort="rating"),
        Column("answer", _("Answer")),
        Column("awards", _("Awards"), num=True),
    ]


def answer_of(line: CyclePerson) -> str:
    """How the letter was answered; nothing before there is one."""
    if line.answer is not None:
        return ANSWERS[line.answer]()
    return _("not answered yet") if line.released else ""


def awards_of(line: CyclePerson) -> str:
    """Where the awards stand, the ones in which somebody has to act first."""
    words = {
        "returned": lambda n: ngettext("%(num)s returned", "%(num)s returned", n),
        "pending": lambda n: ngettext("%(num)s to sign", "%(num)s to sign", n),
        "approved": lambda n: _("approved"),
        "paid": lambda n: _("in payroll"),
        "closed": lambda n: _("nothing due"),
        "rejected": lambda n: ngettext("%(num)s rejected", "%(num)s rejected", n),
    }
    part = line.awards.foremost
    return words[part](line.awards.parts[part]) if part else ""


@room.page("/cycles/<int:cycle_id>/people.csv", LOOKERS)
def people_csv(cycle_id: int) -> ResponseReturnValue:
    """Everybody who is filtered, as a file."""
    cycle, now = the_cycle(cycle_id), moment().business
    asked = _asked(cycle)
    ids = cycle_people.found(reader(), viewer(), cycle, asked, now, many=False)
    stages = cycle.pins.workflow.stages
    rows = (
        (
            line.external_id,
            line.person,
            line.unit,
            line.manager or "",
            part_title(line.part),
            stages[line.stage].title[language()],
            last_day(line.due_at).isoformat() if line.due_at else "",
            _("late") if line.is_late(now) else "",
            "" if line.total_e6 is None else str(half_up(from_scaled(line.total_e6, 6), 2)),
            line.rating or "",
            answer_of(line),
            " + ".join(f"{one.amount} {one.currency}" for one in line.awards.amounts),
            awards_of(line),
        )
        for line in cycle_people.lines(reader(), viewer(), ids)
    )
    filters = {name: word for name, word in _query(asked).items() if name != "sort"}
    if asked.unit is not None:
        filters["unit"] = _unit_code(asked.unit)
    return download(table(CSV_HEADER, rows), f"{cycle.key}_people.csv", cycle=cycle.key, **filters)


def _unit_code(unit_id: int) -> str:
    """The code of one of the viewer's units; the number of any other. Two queries."""
    codes = {unit.id: unit.code for unit in people_page.units(reader(), viewer(), CYCLE_ROLES)}
    return codes.get(unit_id, str(unit_id))
