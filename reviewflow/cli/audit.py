"""`reviewflow audit`: proof that what happened was not rewritten."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from reviewflow.core.reasons import Reason

if TYPE_CHECKING:
    from reviewflow.store.audit_chain import Broken, Verdict


@click.group("audit")
def command() -> None:
    """Prove that the audit was not changed.

    Every second the clock seals all new audit rows: each seal is computed from the rows and from the seal
    before it. A changed, removed or inserted row breaks its seal.
    """


@command.command("verify")
@click.option("--anchor", metavar="HEAD", help="A head noted earlier (`audit head`) that must be there.")
def verify(anchor: str | None) -> None:
    """Compute the whole chain again and say what does not hold.

    Status 0: everything holds. Status 1: something was changed. Cutting off the newest rows, or writing the
    whole chain anew, shows only against a head that you kept elsewhere: give it as --anchor.
    """
    from reviewflow.cli import print_reasons
    from reviewflow.cli._database import database
    from reviewflow.store import audit_chain
    from reviewflow.store.db import read

    with database() as bound, read(bound) as session:
        verdict = audit_chain.verify(session, anchor)
    print_reasons(_told(verdict))
    sys.exit(0 if verdict.holds else 1)


@command.command("head")
def head() -> None:
    """Print the newest seal: number, head and time. Keep it where nobody of this system can change it."""
    from reviewflow.cli._database import database
    from reviewflow.store import audit_chain
    from reviewflow.store.db import read

    with database() as bound, read(bound) as session:
        newest = audit_chain.newest(session)
    if newest:
        click.echo(f"{newest.no} {newest.head} {newest.at.isoformat()}")


def _told(verdict: Verdict) -> list[Reason]:
    """The verdict in sentences: what is broken first, what was looked at last."""
    told = [_told_broken(broken) for broken in verdict.broken]
    if verdict.anchor_found is not None:
        told.append(Reason("audit.anchor_found" if verdict.anchor_found else "audit.anchor_missing"))
    if verdict.unsealed:
        told.append(Reason("audit.unsealed", {"rows": verdict.unsealed}))
    figures = {"rows": verdict.rows, "seals": verdict.seals}
    return [*told, Reason("audit.holds" if verdict.holds else "audit.does_not_hold", figures)]


def _told_broken(broken: Broken) -> Reason:
    ids = {"first": _id(broken.first_id), "last": _id(broken.last_id)}
    return Reason(f"audit.broken_{broken.what}", {"no": broken.no, **ids})


def _id(audit_id: int | None) -> str:
    return "?" if audit_id is None else str(audit_id)
