"""One person's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.services.accounts import SHORTEST_PASSWORD
from reviewflow.store import people_page, person_page
from reviewflow.store.people import GRANTED_ROLES, GRANTING_ROLES
from reviewflow.store.person_page import Line, PersonPage
from reviewflow.web.forms import Form
from reviewflow.web.language import gettext
from reviewflow.web.language import gettext as _
from reviewflow.web.listed import listed, listed_short
from reviewflow.web.pages.people import access
from reviewflow.web.pages.people.room import LOOKERS, may_grant, room
from reviewflow.web.part_titles import part_title
from reviewflow.web.request import reader, today, viewer
from reviewflow.web.roles import NAMES


class GrantForm(Form):
    """A role for a unit and everything below it."""

    role = SelectField(_l("Role"))
    unit = SelectField(_l("For the unit and all below"), coerce=int)
    from_on = DateField(_l("First day"), validators=[Optional()])
    until_on = DateField(_l("Until (the first day without it)"), validators=[Optional()])


class AccountForm(Form):
    """A sign-in for a person."""

    login = StringField(
        _l("Sign-in name or e-mail"),
        validators=[DataRequired(_l("Choose a sign-in name.")), Length(max=254)],
    )
    password = PasswordField(
        _l("First password"),
        validators=[
            DataRequired(_l("Choose a first password.")),
            Length(min=SHORTEST_PASSWORD, message=_l("At least %(min)d characters.")),
        ],
    )


@dataclass(frozen=True)
class Seer:
    """A role that sees something of the person's records: who holds it, and which groups of fields."""

    role: str
    names: str
    always: str
    later: tuple[str, ...]


def the_person(person_id: int) -> PersonPage:
    """The person, or a 404."""
    return person_page.person(reader(), viewer(), person_id) or abort(404)


@room.page("/people/<int:person_id>", LOOKERS)
def show(person_id: int) -> ResponseReturnValue:
    """Where they belong, who leads them, what they may, and who sees what of them."""
    return page(the_person(person_id))


def page(
    found: PersonPage, grant_form: GrantForm | None = None, account_form: AccountForm | None = None
) -> str:
    """The page; with a form that was refused, that form as it was filled in."""
    return render_template(
        "web/people/show.html",
        found=found,
        lines=_lines(found),
        now=found.now(today()),
        manager=found.manager(today()),
        hr_stands_in=found.hr_stands_in(today()),
        today=today(),
        grant_form=with_choices(grant_form or GrantForm(data={"unit": None})),
        account_form=account_form or AccountForm(data={"login": found.email or ""}),
        seers=_seers(person_page.who_sees(reader(), viewer(), found)),
        may_grant=may_grant() and found.id != viewer().person_id,
        is_self=found.id == viewer().person_id,
        role_names=NAMES,
        part_title=part_title,
        day_before=day_before,
    )


def _lines(found: PersonPage) -> list[Line]:
    """Managers with their dates; a line in effect only where it says something else than the imported one."""
    imported = {(one.manager_id, one.from_on, one.until_on) for one in found.lines if one.kind == "solid"}
    return [
        one
        for one in found.lines
        if one.kind != "effective" or (one.manager_id, one.from_on, one.until_on) not in imported
    ]


def day_before(day: date) -> date:
    """The last day of a dated row, which ends before the day that it names."""
    return day - timedelta(days=1)


def with_choices(form: GrantForm) -> GrantForm:
    """The roles, and the units for which the reader may grant them."""
    form.role.choices = [(role, gettext(NAMES[role])) for role in GRANTED_ROLES]
    form.unit.choices = [
        (unit.id, "  " * unit.depth + unit.name)
        for unit in people_page.units(reader(), viewer(), GRANTING_ROLES)
    ]
    return form


def _seers(names: Mapping[str, Sequence[str]]) -> list[Seer]:
    """Roles in the order of the table, those that nobody holds apart."""
    roles = list(dict.fromkeys(role for row in VISIBLE.values() for role in row))
    return [_seer(role, names[role]) for role in roles if names.get(role)]


def _seer(role: str, names: Sequence[str]) -> Seer:
    always = [group for group, row in VISIBLE.items() if role in row and not row[role]]
    later: dict[str, list[str]] = {}
    for group, row in VISIBLE.items():
        if row.get(role):
            later.setdefault(access.when(row[role]), []).append(access.group_title(group))
    everything = len(always) == len(VISIBLE)
    return Seer(
        role=gettext(NAMES[role]),
        names=listed_short(names),
        always=_("everything") if everything else listed(access.group_title(group) for group in always),
        later=tuple(
            _("%(when)s: %(groups)s", when=when, groups=listed(titles)) for when, titles in later.items()
        ),
    )
