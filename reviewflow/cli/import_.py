"""`reviewflow import`: files of one source, through its saved mapping or a new one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewflow.core.reasons import Reason, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from reviewflow.connectors.rows import BadValue
    from reviewflow.intake import Intake
    from reviewflow.services.people_import import Returned

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

MOST_SHOWN = 20
_GUARDED = frozenset({"people.too_many_leave", "people.too_many_ids"})
_CONFIRM = Reason("people.confirm_option")


@click.command("import")
@click.argument("source")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--mapping", type=_FILE, help="Save this mapping (TOML) for SOURCE first, and use it.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option(
    "--effective",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which what is new about people holds; default: today.",
)
@click.option(
    "--confirm", metavar="REASON", help="Let an import through that a guard stopped, with this reason."
)
@click.option(
    "--refused",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write the refused lines into this folder, each file under its own name, or with a number in it where that "
    "is taken. Mend them and send them again; lines of a file that is read as complete have to be mended in the "
    "whole file. A dry run writes none.",
)
def command(
    source: str,
    files: tuple[Path, ...],
    mapping: Path | None,
    dry_run: bool,
    effective: datetime | None,
    confirm: str | None,
    refused: Path | None,
) -> None:
    """Import FILES (CSV) of SOURCE: people, units, managers, pay bases, targets and events.

    The mapping of SOURCE says what the columns mean. Good lines are taken in, refused ones are listed with
    line, column, value and reason; sending a file again changes nothing. Ends with status 1 if a line was
    refused.
    """
    from reviewflow.cli import _refused
    from reviewflow.cli._database import database
    from reviewflow.core.toml_source import decoded
    from reviewflow.core.viewer import the_clock
    from reviewflow.intake import take_in, try_out
    from reviewflow.store.clock import moment
    from reviewflow.store.db import read

    day = effective.date() if effective else None
    if refused and not dry_run:
        _refused.ready(refused, files)
    contents = [(path.name, path.read_bytes()) for path in files]
    with database() as bound:
        text = decoded(mapping.read_bytes()) if mapping else _saved(bound, source)
        _check_name(source, text)
        with read(bound) as session:
            viewer = the_clock(moment(session).business.date())
        if dry_run:
            click.echo("Dry run: nothing is stored. An import would give:")
            done = try_out(bound, viewer, text, contents, day)
        else:
            try:
                done = take_in(bound, viewer, text, contents, effective_on=day, confirmed=confirm)
            except Refused as stopped:
                by_guard = {reason.key for reason in stopped.reasons} & _GUARDED
                raise Refused([*stopped.reasons, *([_CONFIRM] if by_guard else [])]) from stopped
    refusals = _tell(done, confirmed=confirm is not None)
    guarded = done.people is not None and bool(done.people.alarms)
    if guarded and confirm is None:
        click.echo(f"  {_said(_CONFIRM)}")
    elif guarded and not dry_run:
        click.echo(f"Let through with the reason “{confirm}”.")
    if refused and not dry_run:
        _refused.write(done, refused, text)
    elif refused and refusals:
        click.echo("Refused lines: a dry run writes none.")
    raise SystemExit(1 if refusals or (guarded and confirm is None) else 0)


def _saved(bound: Engine, source: str) -> str:
    from reviewflow.store.db import read
    from reviewflow.store.facts import sources

    with read(bound) as session:
        found = sources.by_name(session, source)
        known = ", ".join(sources.names(session)) or "–"
    if found is None:
        raise Refused([Reason("import.no_mapping", {"source": source, "known": known})])
    return found.mapping


def _check_name(source: str, text: str) -> None:
    from reviewflow.connectors.mapping import load

    name = load(text).name
    if name != source:
        raise Refused([Reason("import.other_source", {"source": source, "name": name})])


def _tell(done: Intake, *, confirmed: bool) -> int:
    """Print the reports; returns how many lines were refused."""
    refused = 0
    if done.people is not None:
        for file in done.people.files:
            _counts(file.file_name, file.new, file.changed, file.same, 0, file.bad_lines)
            _refusals(file.bad)
            refused += file.bad_lines
        _people("leave", done.people.leavers)
        _people("return, to whom roles are granted anew", [_returned(one) for one in done.people.returned])
        _people("get another id", [f"{old} → {new}" for old, new in done.people.renamed])
        for alarm in () if confirmed else done.people.alarms:
            click.echo(f"  {_said(alarm.reason)}")
    for report in done.events:
        _counts(report.file_name, report.new, report.changed, report.same, report.voided, report.bad_lines)
        _refusals(report.bad)
        for doubt in report.doubts:
            click.echo(f"  warning: {_said(doubt)}")
        refused += report.bad_lines
    return refused


def _returned(one: Returned) -> str:
    """An id with the roles that ended: ``17 (hr of Sales)``."""
    roles = ", ".join(f"{role} of {unit}" for role, unit in one.ended_roles)
    return f"{one.person} ({roles})" if roles else one.person


def _people(what: str, ids: Sequence[str]) -> None:
    if ids:
        more = f", … and {len(ids) - MOST_SHOWN} more" if len(ids) > MOST_SHOWN else ""
        click.echo(f"  {len(ids)} {what}: {', '.join(ids[:MOST_SHOWN])}{more}")


def _counts(name: str, new: int, changed: int, same: int, withdrawn: int, refused: int) -> None:
    said = f"{name}: {new} new, {changed} changed, {same} the same"
    said += f", {withdrawn} withdrawn" if withdrawn else ""
    click.echo(f"{said}, {refused} {'line' if refused == 1 else 'lines'} refused")


def _refusals(bad: Sequence[BadValue]) -> None:
    for one in bad[:MOST_SHOWN]:
        value = "" if one.value is None else f" “{one.value}”"
        column = f", {one.column}" if one.column else ""
        click.echo(f"  line {one.line}{column}{value}: {_said(one.reason)}")
    if len(bad) > MOST_SHOWN:
        click.echo(f"  … and {len(bad) - MOST_SHOWN} more")


def _said(reason: Reason) -> str:
    from reviewflow.cli import language
    from reviewflow.wording import say

    return say(reason, language())
