"""What a launch would do, before anybody presses the button."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from reviewflow.core.indicators import Catalogue
from reviewflow.core.moment import Moment
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import GRANTED
from reviewflow.services.launch.checking import Checked, check
from reviewflow.services.launch.conditions import BLOCKING, IN_CYCLE, PAID_ELSEWHERE, PEOPLE_CHECKS
from reviewflow.services.launch.noting import notes
from reviewflow.services.launch.overlapping import Process
from reviewflow.services.launch.paying import pays
from reviewflow.services.launch.people import against_viewer
from reviewflow.services.launch.plan import LaunchPlan, PeopleRule
from reviewflow.store import definitions, pinned
from reviewflow.store.cycles import Definition
from reviewflow.store.facts.heard import last_heard

SILENT_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Finding:
    """One check of the list beside the launch button; `blocks` leaves its `count` people out.

    `people` are (external id, name) of the first fifty.
    """

    key: str
    blocks: bool
    count: int
    people: tuple[tuple[str, str], ...]
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        return Reason(self.key, self.params)


@dataclass(frozen=True)
class Preflight:
    """`ready` people would get a review; `sources` are indicators without a living source, with the reason.

    `elsewhere` are in another cycle, or paid by one. `units` counts those who match by the nearest of the
    units that were asked about. `notes` concern the cycle as a whole.
    """

    matching: int
    warned: int
    left_out: int
    elsewhere: int
    findings: tuple[Finding, ...]
    sources: tuple[Reason, ...]
    units: Mapping[int, int]
    notes: tuple[Reason, ...] = ()

    @property
    def ready(self) -> int:
        return self.matching - self.left_out


def pins(session: Session, chosen: LaunchPlan) -> list[Definition]:
    """The newest accepted definitions that this launch would pin, its workflow first.

    Raises `Refused` naming all that are missing.
    """
    process = definitions.newest(session, "workflow", chosen.workflow)
    uses: dict[str, str] = {**pinned.parsed(process).uses, **chosen.uses} if process else {}
    uses |= {"calendar": chosen.calendar} if chosen.calendar else {}
    wanted = [(_KIND_OF_USE.get(use, use), name) for use, name in uses.items()] + [("template", "feedback")]
    found = {(kind, name): definitions.newest(session, kind, name) for kind, name in wanted}
    missing = [key for key, row in found.items() if row is None]
    missing += [] if process else [("workflow", chosen.workflow)]
    if missing or process is None:
        raise Refused([Reason("launch.not_accepted", {"kind": k, "name": n}) for k, n in missing])
    return [process, *(row for row in found.values() if row is not None)]


_KIND_OF_USE = {"award": "workflow", "promotion": "workflow"}


def granted_roles(processes: Sequence[Workflow]) -> tuple[str, ...]:
    """Granted roles that some asked move or task of these processes cannot do without."""
    needed = set()
    for process in processes:
        asked = [task.by for task in process.tasks.values()]
        asked += [move.by for move in process.moves.values() if move.asks]
        needed |= {role for by in asked if len(by) == 1 and by <= GRANTED for role in by}
    return tuple(sorted(needed))


def preflight(
    session: Session, moment: Moment, viewer: Viewer, chosen: LaunchPlan, units: Collection[int] = ()
) -> Preflight:
    """Run every check of the launch and change nothing. `units` are those whose people are counted.

    At most seven queries in a snapshot. Raises `Refused` where nothing could be launched: not HR, or a definition
    is not accepted.
    """
    wanted = pins(session, chosen)
    workflows = [pinned.parsed(row) for row in wanted if row.kind == "workflow"]
    by_kind = {row.kind: row for row in wanted}
    catalogue = pinned.parsed(by_kind["indicators"])
    weighed = pinned.weighed(by_kind["plan"], by_kind["indicators"])
    days = pinned.parsed(by_kind["calendar"]) if "calendar" in by_kind else None
    rule = PeopleRule.of(chosen, viewer.today)
    reasons = against_viewer(session, viewer, rule)
    if reasons:
        raise Refused(reasons)
    process = Process(chosen.workflow, chosen.period, pays(workflows[0], weighed))
    checked = check(session, rule, process, viewer.today, granted_roles(workflows), units=units)
    return Preflight(
        matching=checked.matching,
        warned=checked.warned,
        left_out=checked.left_out,
        elsewhere=checked.count(IN_CYCLE, PAID_ELSEWHERE),
        findings=_findings(checked),
        sources=_silent(session, moment, catalogue, weighed),
        units=checked.units,
        notes=notes(days, weighed, chosen.period, viewer.today),
    )


def _findings(checked: Checked) -> tuple[Finding, ...]:
    counts = {key: checked.count(key) for key in PEOPLE_CHECKS}
    return tuple(
        Finding(key, key in BLOCKING, count, checked.people[key], checked.reason(key).params)
        for key, count in counts.items()
        if count
    )


def _silent(session: Session, moment: Moment, catalogue: Catalogue, weighed: Plan) -> tuple[Reason, ...]:
    """Indicators of the plan whose source does not exist or has not been heard of for a week."""
    heard = last_heard(session)
    reasons = []
    for key in weighed.lines:
        for kind in catalogue[key].needs:
            at = heard.get(kind)
            if at is None:
                reasons.append(Reason("launch.no_source", {"indicator": key, "kind": kind}))
            elif at < moment.business - SILENT_AFTER:
                reasons.append(
                    Reason("launch.source_silent", {"indicator": key, "kind": kind, "since": str(at.date())})
                )
    return tuple(reasons)
