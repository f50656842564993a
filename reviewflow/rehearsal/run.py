"""The rehearsal itself: launch, let everybody act, move the clock to the next deadline, until all is closed."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from reviewflow.core.reasons import Reason, Refused
from reviewflow.rehearsal import imports, outputs, world
from reviewflow.rehearsal.acting import Actors
from reviewflow.rehearsal.config import RehearsalConfig
from reviewflow.rehearsal.processes import running, wait_until_idle
from reviewflow.rehearsal.surveys import answer_surveys
from reviewflow.services import export, launch, move
from reviewflow.services.launch import LaunchPlan
from reviewflow.simulation import Simulated
from reviewflow.store import staff
from reviewflow.store.clock import moment, set_business_clock
from reviewflow.store.db import read, write
from reviewflow.store.people import Unit
from reviewflow.store.subjects import Subject

MOST_TURNS = 400
LONGEST = timedelta(days=800)
IDLE_SECONDS = 600.0

Tell = Callable[[str], None]


@dataclass
class Rehearsal:
    """One run in its scratch installation."""

    config: RehearsalConfig
    engine: Engine
    idle: Callable[[], None]
    """Comes back when no promise is open any more."""
    holders: dict[str, int]
    tell: Tell
    cycle_id: int = 0

    def play(self, actors_seed: int) -> Actors:
        """From launch to the last closed review; returns the actors with their problems."""
        self.cycle_id = self._launch()
        self._settle()
        actors = Actors(self.engine, Simulated(actors_seed), self.cycle_id)
        started = self._now()
        for _ in range(MOST_TURNS):
            done = actors.everybody_acts()
            self._settle()
            if done:
                continue
            if not self._any_open():
                break
            if self._payroll() or self._next_deadline(started + LONGEST):
                self._settle()
                continue
            break
        self._payroll()
        self._settle()
        return actors

    def _launch(self) -> int:
        with write(self.engine) as session:
            now = moment(session)
            chosen = LaunchPlan(
                key=self.config.key,
                workflow=self.config.workflow,
                period=self.config.period,
                currency=self.config.currency,
                units=_unit_ids(session, self.config.people.units),
                positions=self.config.people.positions,
                hired_before=self.config.people.hired_before,
                calibration=self.config.calibration,
                uses=self.config.uses,
            )
            hr = staff.viewer(session, self.holders["hr"], now.business.date())
            return launch.launch(session, now, hr, chosen)

    def _settle(self) -> None:
        """Let the queue run dry and every due move happen, again and again until neither does anything."""
        while True:
            self.idle()
            with write(self.engine) as session:
                if not move.sweep(session, moment(session)):
                    return

    def _any_open(self) -> bool:
        with read(self.engine) as session:
            return bool(session.scalar(_open(self.cycle_id).limit(1)))

    def _now(self) -> Any:
        with read(self.engine) as session:
            return moment(session).business

    def _next_deadline(self, latest: Any) -> bool:
        """Move the business clock to the next deadline; False if there is none before `latest`."""
        with write(self.engine) as session:
            now = moment(session).business
            due = session.scalar(
                select(func.min(Subject.due_at)).where(
                    Subject.cycle_id == self.cycle_id, Subject.closed_at.is_(None), Subject.due_at > now
                )
            )
            if due is None or due > latest:
                return False
            set_business_clock(session, due)
        self.tell(f"{due:%Y-%m-%d}")
        return True

    def _payroll(self) -> bool:
        """Finance makes the payroll file of everything approved; False if there is nothing."""
        with write(self.engine) as session:
            now = moment(session)
            finance = staff.viewer(session, self.holders["finance"], now.business.date())
            approved = session.execute(
                select(Subject.id, Subject.version).where(
                    Subject.cycle_id == self.cycle_id, Subject.part == "approved", Subject.closed_at.is_(None)
                )
            ).all()
            made = move.move_many(
                session, now, finance, [(key, version) for key, version in approved], "export"
            ) if approved else []  # fmt: skip
            return any(isinstance(one, move.Moved) for one in made)


def _open(cycle_id: int) -> Any:
    return select(Subject.id).where(Subject.cycle_id == cycle_id, Subject.closed_at.is_(None))


def _unit_ids(session: Session, codes: tuple[str, ...]) -> tuple[int, ...]:
    known = {code: key for code, key in session.execute(select(Unit.code, Unit.id))}
    missing = [code for code in codes if code not in known]
    if missing:
        raise Refused(
            [
                Reason("rehearsal.unknown_unit", {"unit": unit, "known": ", ".join(sorted(known)[:20])})
                for unit in missing
            ]
        )
    return tuple(known[code] for code in codes)


def rehearse(config: RehearsalConfig, data: Path, out: Path, tell: Tell) -> dict[str, Any]:
    """Play the whole cycle on the files of `data` and write everything to `out`; returns the report."""
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reviewflow-rehearsal-") as scratch:
        home = Path(scratch)
        environ = world.environment(home)
        settings = world.settings_of(environ)
        engine = world.begin(config, settings)
        try:
            problems = imports.read_all(engine, config, data, tell)
            with write(engine) as session:
                holders = world.give_roles(session, config)
                world.first_morning(session, config)
            with running(environ, home / "logs") as crew:
                idle = partial(wait_until_idle, engine, crew, IDLE_SECONDS)
                run = Rehearsal(config, engine, idle, holders, tell)
                idle()
                actors = run.play(config.seed)
                answer_surveys(engine, actors.simulated, run.cycle_id)
                idle()
            return _outputs(engine, run.cycle_id, config, out, [*problems, *actors.problems], began)
        finally:
            engine.dispose()


def _outputs(
    engine: Engine, cycle_id: int, config: RehearsalConfig, out: Path, problems: list[str], began: float
) -> dict[str, Any]:
    with read(engine) as session:
        outputs.write_letters(session, out / "letters", cycle_id)
        (out / "scores.csv").write_text(export.scores_csv(session, cycle_id), encoding="utf-8", newline="")
        totals = outputs.write_payroll(out, export.payrolls(session, cycle_id))
        found = outputs.report(session, cycle_id, problems)
    found |= totals | {
        "seconds": round(time.monotonic() - began, 1),
        "seed": config.seed,
    }
    (out / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return found
