"""What a launch would do, before anybody presses the button."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from reviewflow.core import indicators, plan, workflow
from reviewflow.core.indicators import Catalogue
from reviewflow.core.moment import Moment
from reviewflow.core.plan import Plan
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.viewer import Viewer
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import GRANTED
from reviewflow.services.launch.noting import notes
from reviewflow.services.launch.paying import pays
from reviewflow.services.launch.people import BLOCKING, PEOPLE_CHECKS, Checked, Process, against_viewer, check
from reviewflow.services.launch.plan import LaunchPlan, PeopleRule
from reviewflow.store import definitions
from reviewflow.store.cycles import Definition
from reviewflow.store.facts.heard import last_heard

SILENT_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Finding:
    """One check of the list beside the launch button. `people` are (external id, name); `blocks` leaves them out."""

    key: str
    blocks: bool
    people: tuple[tuple[str, str], ...]
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        return Reason(self.key, self.params)


@dataclass(frozen=True)
class Preflight:
    """`ready` people would get a review; `sources` are indicators without a living source, with the reason.

    `units` counts those who match by the id of their unit. `notes` concern the cycle as a whole.
    """

    matching: int
    ready: int
    warned: int
    left_out: int
    findings: tuple[Finding, ...]
    sources: tuple[Reason, ...]
    units: Mapping[int, int]
    notes: tuple[Reason, ...] = ()


def pins(session: Session, chosen: LaunchPlan) -> list[Definition]:
    """The newest accepted definitions that this launch would pin, its workflow first.

    Raises `Refused` naming all that are missing.
    """
    process = definitions.newest(session, "workflow", chosen.workflow)
    uses = dict(workflow.load(process.text).uses) | dict(chosen.uses) if process else {}
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


def preflight(session: Session, moment: Moment, viewer: Viewer, chosen: LaunchPlan) -> Preflight:
    """Run every check of the launch and change nothing.

    Raises `Refused` where nothing could be launched: not HR, or a definition is not accepted.
    """
    pinned = pins(session, chosen)
    workflows = [workflow.load(row.text) for row in pinned if row.kind == "workflow"]
    roles = granted_roles(workflows)
    texts = {row.kind: row.text for row in pinned}
    catalogue = indicators.load(texts["indicators"])
    weighed = plan.load(texts["plan"], catalogue)
    rule = PeopleRule.of(chosen, viewer.today)
    process = Process(chosen.workflow, chosen.period, pays(workflows[0], weighed))
    checked = check(session, rule, process, viewer.today, roles)
    reasons = against_viewer(session, viewer, checked.members)
    if reasons:
        raise Refused(reasons)
    counts = Counter(bool(checked.left_out(member.person_id)) for member in checked.members)
    warned = [p for p, keys in checked.found.items() if keys and not checked.left_out(p)]
    return Preflight(
        matching=len(checked.members),
        ready=counts[False],
        warned=len(warned),
        left_out=counts[True],
        findings=_findings(checked),
        sources=_silent(session, moment, catalogue, weighed),
        units=Counter(member.unit_id for member in checked.members),
        notes=notes(texts, weighed, chosen.period, viewer.today),
    )


def _findings(checked: Checked) -> tuple[Finding, ...]:
    found = []
    for key in PEOPLE_CHECKS:
        people = tuple(
            (member.external_id, member.name)
            for member in checked.members
            if key in checked.found.get(member.person_id, ())
        )
        if people:
            found.append(Finding(key, key in BLOCKING, people, checked.reason(key).params))
    return tuple(found)


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
