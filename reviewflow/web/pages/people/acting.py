"""What is done on a person's page: roles given and taken back, the account opened and switched."""

from __future__ import annotations

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from reviewflow.services import accounts, grant
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.people.room import GRANTORS, room
from reviewflow.web.pages.people.show import AccountForm, GrantForm, page, the_person, with_choices
from reviewflow.web.post import act
from reviewflow.web.request import viewer


@room.action("/people/<int:person_id>/roles", GRANTORS)
def give_role(person_id: int) -> ResponseReturnValue:
    """Grant a role for a unit and everything below it."""
    found, form = the_person(person_id), with_choices(GrantForm())
    if not form.validate():
        return page(found, grant_form=form), 422
    return act(
        grant.grant,
        person_id,
        form.role.data,
        form.unit.data,
        from_on=form.from_on.data,
        until_on=form.until_on.data,
        then=url_for("people.show", person_id=person_id),
        said=_("The role is granted. It counts from the next page that is opened."),
    )


@room.action("/people/<int:person_id>/roles/<int:grant_id>/end", GRANTORS)
def end_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role back from today on."""
    if grant_id not in {one.id for one in the_person(person_id).grants}:
        abort(404)
    then = url_for("people.show", person_id=person_id)
    return act(grant.revoke, grant_id, then=then, said=_("The role ends today."))


@room.action("/people/<int:person_id>/account", GRANTORS)
def open_account(person_id: int) -> ResponseReturnValue:
    """Give the person a sign-in name and a first password."""
    found, form = the_person(person_id), AccountForm()
    here = url_for("people.show", person_id=person_id)
    if found.account is not None:
        return redirect(here, 303)
    if not form.validate():
        return page(found, account_form=form), 422
    return act(
        accounts.open_account,
        person_id,
        form.login.data.strip(),
        form.password.data,
        then=here,
        said=_(
            "The account is open. Tell the first password in person; it has to be changed at the first sign-in."
        ),
    )


@room.action("/people/<int:person_id>/account/off", GRANTORS)
def switch_off(person_id: int) -> ResponseReturnValue:
    """End every session of the person and let nobody sign in by this account."""
    return act(
        accounts.switch_off,
        _login(person_id),
        then=url_for("people.show", person_id=person_id),
        said=_("The account is off; every session has ended."),
    )


@room.action("/people/<int:person_id>/account/on", GRANTORS)
def switch_on(person_id: int) -> ResponseReturnValue:
    """Let the person sign in again."""
    return act(
        accounts.switch_on,
        _login(person_id),
        then=url_for("people.show", person_id=person_id),
        said=_("The account is on again."),
    )


def _login(person_id: int) -> str:
    """The sign-in name of somebody else of the reader's units."""
    found = the_person(person_id)
    if found.account is None:
        abort(404)
    if found.id == viewer().person_id:
        abort(403)
    return found.account.login
