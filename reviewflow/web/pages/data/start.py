"""The first step of an import: which source, which files."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, SelectField, StringField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Length

from reviewflow.services import staging
from reviewflow.store.facts import imports
from reviewflow.store.launch_page import choices
from reviewflow.web.forms import Form
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.data.room import IMPORTERS, room
from reviewflow.web.post import act
from reviewflow.web.request import reader, viewer

NEW = ""
PEOPLE = "people"


class UploadForm(Form):
    """Files of one source. A new source is named with them."""

    source = SelectField(_l("Source"))
    name = StringField(_l("Name of the new source"), validators=[Length(max=60)])
    files = MultipleFileField(_l("Files"))

    def validate_name(self, field: Field) -> None:
        """A new source needs a name."""
        if not self.source.data and not (field.data or "").strip():
            raise ValidationError(_("Choose a source above, or name the new one."))

    def validate_files(self, field: Field) -> None:
        """At least one file was chosen."""
        if not any(file and file.filename for file in field.data or ()):
            raise ValidationError(_("Choose at least one file."))


@room.page("/data/import", IMPORTERS)
def start() -> ResponseReturnValue:
    """Source and files; what they are is found out in the next step."""
    return _page(_with_choices(UploadForm(data={"source": request.args.get("source")})))


@room.action("/data/import", IMPORTERS, upload=True)
def send() -> ResponseReturnValue:
    """Keep the files and go on to their mapping and report."""
    form = _with_choices(UploadForm())
    if not form.validate():
        return _page(form), 422
    files = [(file.filename, _content(file)) for file in form.files.data if file and file.filename]
    return act(
        staging.stage,
        form.source.data or form.name.data.strip().lower(),
        files,
        zone=current_app.extensions["settings"].zone,
        currency=_currency(),
        then=_next,
    )


def _content(file: FileStorage) -> bytes:
    """All of a file, which can then be read again: the form's key is bound to it."""
    body: bytes = file.read()
    file.seek(0)
    return body


def _next(token: str) -> str:
    return url_for("data.upload", token=token)


def _with_choices(form: UploadForm) -> UploadForm:
    """The sources there are; without a choice that which brings people, or the first."""
    lines = imports.source_lines(reader(), viewer())
    names = [line.name for line in lines]
    form.source.choices = [(name, name) for name in names] + [(NEW, _("A new source"))]
    if form.source.data is None:
        fitting = [line.name for line in lines if bool(line.delivers) != _about_people()]
        form.source.data = next(iter(fitting), NEW)
    return form


def _about_people() -> bool:
    return request.args.get("about") == PEOPLE


def _currency() -> str:
    """The currency of the last cycle, as a first guess for a new source."""
    last = choices(reader(), viewer()).last
    return last.currency if last else "CNY"


def _page(form: UploadForm) -> str:
    against = staging.against_import(reader(), viewer())
    return render_template("web/data/start.html", form=form, about_people=_about_people(), against=against)
