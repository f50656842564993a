"""`reviewflow export`: tables of a cycle as CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewflow.core.reasons import Reason, Refused

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group("export")
def command() -> None:
    """Write tables of a cycle as CSV (UTF-8), to standard output or a file."""


@command.command("scores")
@click.argument("cycle")
@click.option("-o", "--out", type=_OUT, help="File to write; default: standard output.")
def scores(cycle: str, out: Path | None) -> None:
    """Actual, target, attainment and score of everybody in CYCLE (its short name), with the trace."""
    from reviewflow.services.export import scores_csv

    _write(cycle, out, scores_csv)


@command.command("payroll")
@click.argument("cycle")
@click.option("-o", "--out", type=_OUT, help="File to write; default: standard output.")
@click.option("--currency", metavar="CODE", help="Only the files in this currency, where there are several.")
def payroll(cycle: str, out: Path | None, currency: str | None) -> None:
    """All payroll files of CYCLE (its short name) so far, as one. Making a file is done in the web, by finance.

    Amounts of different currencies never stand in one file.
    """
    from reviewflow.services.export import payroll_csv

    _write(cycle, out, lambda session, cycle_id: payroll_csv(session, cycle_id, currency))


def _write(cycle: str, out: Path | None, table: Callable[[Session, int], str]) -> None:
    from sqlalchemy import select

    from reviewflow.cli._database import database
    from reviewflow.store import audit
    from reviewflow.store.clock import moment
    from reviewflow.store.cycles import Cycle
    from reviewflow.store.db import write

    with database() as bound, write(bound) as session:
        known = {key: cycle_id for key, cycle_id in session.execute(select(Cycle.key, Cycle.id))}
        if cycle not in known:
            raise Refused(
                [Reason("cycle.unknown", {"cycle": cycle, "known": ", ".join(sorted(known)) or "–"})]
            )
        text = table(session, known[cycle])
        part = _beside(out)
        if part is not None:
            part.write_text(text, encoding="utf-8", newline="")
        audit.record(session, moment(session), None, "export.command", detail={"cycle": cycle})
    if out is None or part is None:
        click.echo(text, nl=False)
    else:
        part.replace(out)


def _beside(out: Path | None) -> Path | None:
    """Where a file is written first, so that nothing is on record as exported that could not be written."""
    if out is None:
        return None
    if not out.parent.is_dir():
        raise Refused([Reason("export.no_folder", {"folder": str(out.parent)})])
    return out.with_name(f".{out.name}.part")
