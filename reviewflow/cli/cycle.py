"""`reviewflow cycle`: where the cycles stand."""

from __future__ import annotations

import click


@click.group("cycle")
def command() -> None:
    """Look at cycles. Launching is done in the web, by HR."""


@command.command("list")
def show() -> None:
    """Every cycle with its period and how many reviews stand in each part."""
    from collections import Counter, defaultdict

    from sqlalchemy import func, select

    from reviewflow.cli._database import database
    from reviewflow.store.cycles import Cycle
    from reviewflow.store.db import read
    from reviewflow.store.subjects import Subject

    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    with database() as bound, read(bound) as session:
        parts = (
            select(Subject.cycle_id, Subject.part, func.count())
            .where(Subject.kind == "review")
            .group_by(Subject.cycle_id, Subject.part)
        )
        for cycle_id, part, count in session.execute(parts):
            counts[cycle_id][part] = count
        for cycle in session.scalars(select(Cycle).order_by(Cycle.starts_on, Cycle.key)):
            standing = ", ".join(f"{part} {count}" for part, count in sorted(counts[cycle.id].items()))
            click.echo(f"{cycle.key}  {cycle.starts_on} – {cycle.ends_on}  {standing or 'no reviews'}")
