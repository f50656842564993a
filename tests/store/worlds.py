"""Random small companies with dated lines, grants, rounds and leavers, and the rule over them, plainly.

Nothing here uses a query or the derivation of effective lines: everything is looked up day by day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from reviewflow.core.policy import waits
from reviewflow.store.cycles import Cycle, Definition, Duty
from reviewflow.store.managers import rewrite_effective_lines
from reviewflow.store.pay import Award, AwardPart
from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant, Unit
from reviewflow.store.reviews import Review
from reviewflow.store.staff import rewrite_units_above
from reviewflow.store.subjects import Answer, ClosedTask, Subject

TODAY = date(2026, 4, 1)
FIRST = date(2025, 10, 1)
FOREVER = date(9999, 12, 31)
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
GRANTED = ("hr", "sales_director", "finance", "data_inputter", "system_admin")
RELATIONS = {
    "review": ("reviewee", "manager"),
    "award": ("beneficiary", "manager", "preparer", "earlier_approver"),
}

Row = dict[str, Any]


@dataclass
class Item:
    what: Literal["task", "move", "may"]
    by: set[str] = field(default_factory=set)
    not_by: set[str] = field(default_factory=set)


@dataclass
class World:
    """Rows of one company; ids begin above `base`, so that many worlds fit into one database."""

    base: int
    units: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    grants: list[Row] = field(default_factory=list)
    definitions: dict[str, Row] = field(default_factory=dict)
    items: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    subjects: list[Row] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)
    answered: list[Row] = field(default_factory=list)
    closed: list[Row] = field(default_factory=list)


def make(seed: int) -> World:
    """The world of a seed: 5 units, 6 people, 2 definitions, 9 subjects."""
    chance = random.Random(seed)
    world = World(base=(seed + 1) * 100)
    _make_units(world)
    for number in range(6):
        _make_person(world, chance, world.base + number)
    for person in world.people:
        _make_lines(world, chance, person["id"])
        _make_grants(world, chance, person["id"])
    for offset, kind in enumerate(("review", "award")):
        _make_definition(world, chance, kind, world.base + offset)
    for number in range(9):
        _make_subject(world, chance, world.base + number)
    return world


def _make_units(world: World) -> None:
    for number, parent in enumerate((None, 0, 0, 1, 3)):
        up = None if parent is None else world.base + parent
        world.units.append(
            {"id": world.base + number, "code": f"u{world.base + number}", "name": "u", "parent_id": up}
        )


def _make_person(world: World, chance: random.Random, person_id: int) -> None:
    hired = chance.choice([None, None, FIRST, FIRST + timedelta(days=chance.randint(0, 250))])
    left = chance.choice([None, None, (hired or FIRST) + timedelta(days=chance.randint(0, 300))])
    world.people.append(
        {
            "id": person_id,
            "external_id": f"p{person_id}",
            "name": f"P{person_id}",
            "language": "en",
            "zone": "UTC",
            "hired_on": hired,
            "left_on": left,
        }
    )
    for first, until in _pieces(chance, gaps=False):
        unit_id = world.base + chance.randrange(5)
        world.members.append(
            {"person_id": person_id, "unit_id": unit_id, "from_on": first, "until_on": until}
        )


def _pieces(chance: random.Random, *, gaps: bool) -> Iterator[tuple[date, date]]:
    """Some dated pieces, in order, the last without end or nearly so."""
    days = sorted(chance.sample(range(300), chance.randint(0, 2)))
    starts = [FIRST, *(FIRST + timedelta(days=day) for day in days if day)]
    for first, until in zip(starts, [*starts[1:], FOREVER], strict=True):
        if not gaps or chance.random() < 0.75:
            yield first, until


def _make_lines(world: World, chance: random.Random, person_id: int) -> None:
    for first, until in _pieces(chance, gaps=True):
        manager_id = world.base + chance.randrange(6)
        if manager_id != person_id:
            line = {"person_id": person_id, "manager_id": manager_id, "from_on": first, "until_on": until}
            world.lines.append(line | {"kind": "solid"})


def _make_grants(world: World, chance: random.Random, person_id: int) -> None:
    for role in GRANTED:
        for first, until in _pieces(chance, gaps=True) if chance.random() < 0.35 else ():
            other = world.base + (person_id + 1) % 6
            other = other if other != person_id else world.base + (person_id + 2) % 6
            grant = {"person_id": person_id, "role": role, "from_on": first, "until_on": until}
            world.grants.append(grant | {"unit_id": world.base + chance.randrange(5), "granted_by": other})


def _make_definition(world: World, chance: random.Random, kind: str, definition_id: int) -> None:
    text = f"{kind} {definition_id}"
    world.definitions[kind] = {
        "id": definition_id,
        "kind": "workflow",
        "name": text,
        "digest": text.rjust(64, "0"),
        "text": text,
        "accepted_at": NOW,
    }
    roles = [*RELATIONS[kind], *GRANTED]
    for stage in ("one", "two"):
        for number in range(3):
            item = Item(what=chance.choice(["task", "task", "move", "move", "may"]))
            for role in chance.sample(roles, chance.randint(1, 4)):
                (item.by if chance.random() < 0.6 else item.not_by).add(role)
            world.items[kind, stage, f"item{number}"] = item


def _make_subject(world: World, chance: random.Random, subject_id: int) -> None:
    # The first three are reviews, of different people, so that the others can be their awards.
    first = subject_id - world.base < 3
    kind = "review" if first else "award"
    person_id = world.base + (subject_id % 6 if first else chance.randrange(6))
    due_at = NOW + timedelta(days=chance.randint(-3, 3)) if chance.random() < 0.8 else None
    subject = {
        "id": subject_id,
        "kind": kind,
        "definition_id": world.definitions[kind]["id"],
        "stage": chance.choice(["one", "two"]),
        "part": "part",
        "round": chance.randint(1, 3),
        "person_id": person_id,
        "unit_id": world.base + chance.randrange(5),
        "cycle_id": world.base,
        "entered_at": NOW,
        "due_at": due_at,
    }
    world.subjects.append(subject)
    for part in ("preparer", "earlier_approver") if kind == "award" else ():
        for person in chance.sample(range(6), chance.randint(0, 2)):
            row = {"award_id": subject_id, "part": part, "person_id": world.base + person}
            world.parts.append(row | {"round": chance.randint(1, 3)})
    for task in ("item0", "item1", "item2"):
        if chance.random() < 0.5:
            answer = {"subject_id": subject_id, "task": task, "round": chance.randint(1, 3), "body": "{}"}
            submitted = chance.choice([None, NOW])
            world.answered.append(answer | {"saved_at": NOW, "submitted_at": submitted})
        if chance.random() < 0.15:
            world.closed.append({"subject_id": subject_id, "task": task})


def write(session: Session, worlds: list[World]) -> None:
    """All rows of all worlds, and what is derived from them."""
    for model, rows in (
        (Unit, [row for world in worlds for row in world.units]),
        (Person, [row for world in worlds for row in world.people]),
        (Membership, [row for world in worlds for row in world.members]),
        (ReportingLine, [row for world in worlds for row in world.lines]),
        (RoleGrant, [row for world in worlds for row in world.grants]),
        (Definition, [row for world in worlds for row in world.definitions.values()]),
        (Duty, [row for world in worlds for row in _duties(world)]),
        (Cycle, [_cycle(world) for world in worlds]),
        (Subject, [row for world in worlds for row in world.subjects]),
        (Review, [_review(row) for world in worlds for row in world.subjects if row["kind"] == "review"]),
        (Award, [_award(world, row) for world in worlds for row in world.subjects if row["kind"] == "award"]),
        (AwardPart, [row for world in worlds for row in world.parts]),
        (Answer, [row for world in worlds for row in world.answered]),
        (ClosedTask, [row for world in worlds for row in world.closed]),
    ):
        if rows:
            session.execute(insert(model), rows)
    rewrite_units_above(session)
    rewrite_effective_lines(session)


def _duties(world: World) -> Iterator[Row]:
    for (kind, stage, key), item in world.items.items():
        for role in sorted(item.by | item.not_by):
            yield {
                "definition_id": world.definitions[kind]["id"],
                "stage": stage,
                "item": key,
                "what": item.what,
                "role": role,
                "allow": role in item.by,
            }


def _cycle(world: World) -> Row:
    return {
        "id": world.base,
        "key": f"c{world.base}",
        "workflow_id": world.definitions["review"]["id"],
        "starts_on": FIRST,
        "ends_on": TODAY,
        "currency": "CNY",
        "population": "{}",
    }


def _review(subject: Row) -> Row:
    return {"id": subject["id"], "cycle_id": subject["cycle_id"], "person_id": subject["person_id"]}


def _award(world: World, subject: Row) -> Row:
    return {
        "id": subject["id"],
        "review_id": world.base,
        "component": f"c{subject['id']}",
        "amount_minor": 1,
        "proposed_minor": 1,
        "currency": "CNY",
        "trace": "{}",
    }


# ---- the rule, plainly


def here(world: World, person_id: int, day: date) -> bool:
    person = world.people[person_id - world.base]
    return (person["hired_on"] or FIRST) <= day <= (person["left_on"] or FOREVER)


def above(world: World, unit_id: int) -> list[int]:
    """The unit and those above it, nearest first."""
    parent = world.units[unit_id - world.base]["parent_id"]
    return [unit_id, *(above(world, parent) if parent is not None else ())]


def grants_of(world: World, person_id: int, day: date) -> list[Row]:
    grants = [
        row
        for row in world.grants
        if row["person_id"] == person_id and row["from_on"] <= day < row["until_on"]
    ]
    left = world.people[person_id - world.base]["left_on"]
    return grants if left is None or day <= left else []


def manager(world: World, person_id: int, day: date) -> int | None:
    """The next one up the solid lines who is there on that day, or HR; nobody before hire and first line."""
    begins = [world.people[person_id - world.base]["hired_on"] or FIRST]
    begins += [row["from_on"] for row in world.lines if row["person_id"] == person_id]
    if day < min(begins):
        return None
    at, seen = person_id, {person_id}
    while (up := _line(world, at, day)) is not None and up not in seen:
        if here(world, up, day):
            return up
        seen.add(up)
        at = up
    return _hr(world, person_id, day)


def _line(world: World, person_id: int, day: date) -> int | None:
    lines = sorted(
        (row for row in world.lines if row["person_id"] == person_id), key=lambda row: row["from_on"]
    )
    for line in lines:
        if line["from_on"] <= day < line["until_on"]:
            return int(line["manager_id"])
    if here(world, person_id, day) or not lines:
        return None
    before = [line for line in lines if line["until_on"] <= day]
    return int((before[-1] if before else lines[0])["manager_id"])


def _hr(world: World, person_id: int, day: date) -> int | None:
    members = sorted(
        (row for row in world.members if row["person_id"] == person_id), key=lambda row: row["from_on"]
    )
    begun = [row for row in members if row["from_on"] <= day]
    for unit_id in above(world, (begun[-1] if begun else members[0])["unit_id"]):
        for other in range(world.base, world.base + 6):
            granted = [
                row
                for row in grants_of(world, other, day)
                if row["role"] == "hr" and row["unit_id"] == unit_id
            ]
            if granted and other != person_id and here(world, other, day):
                return other
    return None


def held(world: World, person_id: int, subject: Row) -> frozenset[str]:
    """All roles of a person on a subject today."""
    roles = {
        row["role"]
        for row in grants_of(world, person_id, TODAY)
        if row["unit_id"] in above(world, subject["unit_id"])
    }
    if subject["person_id"] == person_id:
        roles.add("reviewee" if subject["kind"] == "review" else "beneficiary")
    if manager(world, subject["person_id"], TODAY) == person_id:
        roles.add("manager")
    for row in world.parts:
        counts = row["part"] == "preparer" or row["round"] == subject["round"]
        if counts and row["award_id"] == subject["id"] and row["person_id"] == person_id:
            roles.add(row["part"])
    return frozenset(roles)


def waiting(world: World, person_id: int) -> set[tuple[int, str]]:
    """(subject, item) of everything that waits for a person today."""
    found = set()
    for subject in world.subjects:
        roles = held(world, person_id, subject)
        for (kind, stage, key), item in world.items.items():
            if (kind, stage) == (subject["kind"], subject["stage"]):
                done = settled(world, subject, key)
                if waits(roles, item.what, item.by, item.not_by, answered=done):
                    found.add((subject["id"], key))
    return found


def asked(world: World) -> set[tuple[int, str]]:
    """(subject, item) of everything that somebody should do and that is not done."""
    return {
        (subject["id"], key)
        for subject in world.subjects
        for (kind, stage, key), item in world.items.items()
        if (kind, stage) == (subject["kind"], subject["stage"]) and item.what != "may" and item.by
        if not (item.what == "task" and settled(world, subject, key))
    }


def settled(world: World, subject: Row, task: str) -> bool:
    """Submitted in this round, or closed."""
    answers = (
        row["submitted_at"] is not None and row["round"] == subject["round"]
        for row in world.answered
        if row["subject_id"] == subject["id"] and row["task"] == task
    )
    return any(answers) or {"subject_id": subject["id"], "task": task} in world.closed
