"""The second step of an import: mapping, first rows, and what the import would do. Looking writes nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow import intake
from reviewflow.connectors.csv_files import open_table
from reviewflow.connectors.rows import BadValue
from reviewflow.core.reasons import Fault, Faulty, Reason, Refused
from reviewflow.intake import Intake, Prepared
from reviewflow.services import staging
from reviewflow.services.people_import import Alarm, Returned
from reviewflow.store import data_page
from reviewflow.store.facts import staged
from reviewflow.store.facts.staged import Upload
from reviewflow.web.language import gettext as _
from reviewflow.web.listed import listed
from reviewflow.web.pages.data import preview
from reviewflow.web.pages.data.preview import Sample
from reviewflow.web.pages.data.room import IMPORTERS, room
from reviewflow.web.post import act
from reviewflow.web.request import moment, reader, viewer
from reviewflow.web.roles import role_words
from reviewflow.web.tables import Column

PREVIEWED = 5
LISTED = 100


@dataclass(frozen=True)
class FileLine:
    """One file of the report. `new` and so on count its events, or its people, units, bases and targets."""

    name: str
    lines: int
    skipped: int
    new: int
    changed: int
    same: int
    voided: int
    bad_lines: int
    encoding: str
    separator: str
    sent_before: int | None = None


@dataclass(frozen=True)
class Report:
    """What the import would do, or why it cannot be said: faults of the mapping, or reasons."""

    prepared: Prepared | None = None
    intake: Intake | None = None
    faults: tuple[Fault, ...] = ()
    reasons: tuple[Reason, ...] = ()
    files: tuple[FileLine, ...] = ()
    bad: tuple[tuple[str, BadValue], ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()
    alarms: tuple[Alarm, ...] = ()
    doubts: tuple[tuple[str, Reason], ...] = ()
    returned: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def has_news(self) -> bool:
        return any(file.new or file.changed or file.voided or file.bad_lines for file in self.files)

    @property
    def takes_in(self) -> bool:
        """Whether anything changes but the list of refused lines."""
        return any(file.new or file.changed or file.voided for file in self.files)

    @property
    def bad_lines(self) -> int:
        return sum(file.bad_lines for file in self.files)


def the_upload(token: str) -> Upload:
    """The reader's own upload, or a 404."""
    return staged.find(reader(), viewer(), token, moment().wall) or abort(404)


@room.page("/data/import/<token>", IMPORTERS)
def upload(token: str) -> ResponseReturnValue:
    """Mapping and report of an upload."""
    return page(the_upload(token))


def page(found: Upload, mapping: str | None = None, refused: Sequence[Reason] = ()) -> str:
    """The page of an upload; with `mapping`, the text that somebody is writing."""
    report = look(found)
    saved = data_page.mapping_of(reader(), viewer(), found.source)
    encoding = _encoding(found.mapping)
    refused_in = dict.fromkeys(name for name, _value in report.bad)
    whole = [name for name in refused_in if intake.comes_whole(found.mapping, name)]
    return render_template(
        "web/data/upload.html",
        upload=found,
        report=report,
        mapping=found.mapping if mapping is None else mapping,
        saved=saved,
        changed_meanwhile=_changed_meanwhile(found, saved),
        refused=refused,
        rows=[(name, *_first_rows(body, encoding)) for name, body in found.files],
        samples=_samples(report),
        bad=report.bad[:LISTED],
        whole=listed(whole),
        parts=[name for name in refused_in if name not in whole],
        file_columns=_file_columns(),
        bad_columns=bad_columns(len(found.files) > 1),
    )


def look(found: Upload) -> Report:
    """Read the files by the mapping and compare them with what is known."""
    try:
        prepared = intake.prepare(found.mapping, found.files)
        tried = intake.dry_run(reader(), moment(), viewer(), prepared)
    except Faulty as faulty:
        reasons = _no_tables(found)
        return Report(reasons=reasons, faults=() if reasons else faulty.faults)
    except Refused as refused:
        return Report(reasons=refused.reasons)
    return _report(prepared, tried)


def _no_tables(found: Upload) -> tuple[Reason, ...]:
    """Files that cannot be opened: while there is one, faults of a mapping that was guessed from it mean nothing."""
    reasons: list[Reason] = []
    for name, body in found.files:
        try:
            table = open_table(body, (), _encoding(found.mapping))
        except Refused as refused:
            told = list(refused.reasons)
        else:
            told = (
                [Reason("import.title_first", {"line": table.header_line})] if table.begins_with_title else []
            )
        reasons += [Reason(one.key, {**one.params, "file": name}) for one in told]
    return tuple(reasons)


def _encoding(mapping: str) -> str | None:
    """The encoding that a mapping names, whatever else is wrong with it."""
    try:
        said = tomllib.loads(mapping).get("encoding")
        if isinstance(said, str):
            "".encode(said)
            return said
    except (tomllib.TOMLDecodeError, LookupError):
        return None
    return None


def _report(prepared: Prepared, tried: Intake) -> Report:
    people = tried.people
    files = [
        FileLine(
            one.file_name, one.lines, one.skipped, one.new, one.changed, one.same,
            len(people.leavers) if at == 0 and people else 0, one.bad_lines, one.encoding, one.separator,
        )
        for at, one in enumerate(people.files if people else ())
    ]  # fmt: skip
    files += [
        FileLine(
            one.file_name, one.lines, one.skipped, one.new, one.changed, one.same, one.voided, one.bad_lines,
            one.encoding, one.separator, one.sent_before,
        )
        for one in tried.events
    ]  # fmt: skip
    return Report(
        prepared=prepared,
        intake=tried,
        files=tuple(files),
        bad=tuple((one.file_name, value) for one in tried.files for value in one.bad),
        unknown=tuple(pair for one in tried.events for pair in one.unknown),
        doubts=tuple((one.file_name, doubt) for one in tried.events for doubt in one.doubts),
        alarms=(*(people.alarms if people else ()), *_withdrawals(tried)),
        returned=tuple(_returned(one) for one in people.returned) if people else (),
        renamed=people.renamed if people else (),
    )


def _returned(one: Returned) -> tuple[str, str]:
    """Somebody who comes back, and the roles that ended, if there were any."""
    roles = listed(
        _("%(role)s of %(unit)s", role=role_words([role]), unit=unit) for role, unit in one.ended_roles
    )
    return f"{one.person} {one.name}" if one.name != one.person else one.person, roles


def _withdrawals(tried: Intake) -> list[Alarm]:
    """Complete files in which too many known events are missing: they ask for a reason too."""
    return [
        Alarm(Reason("import.withdraws_too_many", {"rows": one.voided, "of": one.present}), ())
        for one in tried.events
        if one.withdraws_too_many
    ]


def _first_rows(body: bytes, encoding: str | None) -> tuple[tuple[str, ...], list[Sequence[str]]]:
    """Column names and the first lines, as they stand in the file; nothing of one that cannot be read."""
    try:
        table = open_table(body, (), encoding)
    except Refused:
        return (), []
    rows = [record.cells for record, _number in zip(table.records(), range(PREVIEWED), strict=False)]
    return table.header, rows


def _samples(report: Report) -> list[Sample]:
    return preview.samples(report.prepared, PREVIEWED) if report.prepared else []


def _changed_meanwhile(found: Upload, saved: str | None) -> bool:
    """Whether somebody saved another mapping of the source since this one was begun."""
    if saved is None or saved == found.mapping:
        return False
    return staging.digest(saved) != found.base


def _file_columns() -> list[Column]:
    return [
        Column("name", _("File"), main=True),
        Column("lines", _("Lines in it"), num=True),
        Column("new", _("Added"), num=True),
        Column("changed", _("Changed"), num=True),
        Column("same", _("Same"), num=True),
        Column("voided", _("Withdrawn"), num=True),
        Column("bad", _("Refused"), num=True),
        Column("read", _("Read as")),
    ]


def bad_columns(several_files: bool) -> list[Column]:
    """Columns of a list of refused values."""
    columns = [
        Column("line", _("Line number"), num=True),
        Column("column", _("Column")),
        Column("value", _("Value"), main=True),
        Column("why", _("Why")),
    ]
    return [Column("file", _("File")), *columns] if several_files else columns


@room.action("/data/import/<token>/mapping", IMPORTERS)
def remap(token: str) -> ResponseReturnValue:
    """Read the upload by the changed mapping."""
    the_upload(token)
    mapping = request.form.get("mapping", "").replace("\r\n", "\n")
    return act(staging.remap, token, mapping, then=url_for("data.upload", token=token))


@room.action("/data/import/<token>/drop", IMPORTERS)
def drop(token: str) -> ResponseReturnValue:
    """Throw the upload away."""
    the_upload(token)
    return act(staging.drop, token, then=url_for("data.index"), said=_("The upload was thrown away."))
