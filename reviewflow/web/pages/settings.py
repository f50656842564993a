"""A person's own settings: language, theme, and where they are signed in."""

from __future__ import annotations

from flask import render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from reviewflow.services import accounts
from reviewflow.store import sign_ins
from reviewflow.web.forms import Form
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.post import act
from reviewflow.web.request import account, moment, reader
from reviewflow.web.rooms import Room
from reviewflow.web.sessions import WebSession

room = Room("settings")


class SettingsForm(Form):
    """Language of pages, letters and messages; theme of the pages."""

    language = RadioField(_l("Language"), choices=[SelectChoice("en", "English"), SelectChoice("zh", "中文")])
    theme = RadioField(
        _l("Theme"),
        choices=[
            SelectChoice("auto", _l("As the device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )


@room.page("/settings", SIGNED_IN)
def show() -> ResponseReturnValue:
    """The settings, and the places where this account is signed in."""
    who = account()
    assert who is not None
    return _page(SettingsForm(language=who.language, theme=who.theme))


@room.action("/settings", SIGNED_IN)
def save() -> ResponseReturnValue:
    """Store language and theme; the page's language follows at once."""
    form, who = SettingsForm(), account()
    assert who is not None
    if not form.validate():
        return _page(form), 422
    answer = act(
        accounts.choose, who.account_id, form.language.data, form.theme.data,
        then=url_for("settings.show"), said=_("Your settings are saved."),
    )  # fmt: skip
    session.pop("language", None)
    return answer


@room.action("/settings/sessions", SIGNED_IN)
def end_others() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    who = account()
    assert who is not None
    return act(
        accounts.end_other_sessions, who.account_id, _here(),
        then=url_for("settings.show"), said=_("You are signed out everywhere else."),
    )  # fmt: skip


def _here() -> str:
    current = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(current, WebSession)
    assert current.row is not None
    return current.row.token_hash


def _page(form: SettingsForm) -> str:
    who = account()
    assert who is not None
    open_here = sign_ins.sessions_of(reader(), who.account_id, moment().wall)
    return render_template("web/settings.html", form=form, sessions=open_here, here_now=_here())
